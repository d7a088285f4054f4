import type { TimelineFace } from '../figures/emotionTimeline';
import type { FrameReading } from './faceFollower';

/** A face of a video as a whole. */
export interface FaceSummary extends TimelineFace {
	/** The mean of its probabilities over all its frames. */
	readonly mean: readonly number[];
}

/** Sums of probabilities over some frames. */
interface Sums {
	readonly values: Float64Array;
	count: number;
}

interface Face {
	readonly first: number;
	last: number;
	/** By the number of the interval. */
	bins: Map<number, Sums>;
}

/** Intervals of a timeline at most: more than a figure can show. */
const MOST_BINS = 800;

/**
 * Collects the faces of a video for its timeline, in little memory however long it is: each face as the means of its
 * probabilities in intervals of one frame, which are joined by twos whenever there are too many.
 */
export class Timeline {
	private readonly all = new Map<number, Face>();
	private binSeconds: number;

	/** @param fps Frames per second. @param mostBins Intervals at most. Default 800. */
	constructor(
		fps: number,
		private readonly mostBins = MOST_BINS,
	) {
		this.binSeconds = 1 / fps;
	}

	/** Adds the next frame. */
	add({ time, faces }: FrameReading): void {
		// Times of files are rounded to milliseconds.
		while (Math.floor((time + 0.0005) / this.binSeconds) >= this.mostBins) this.joinBins();
		const bin = Math.floor((time + 0.0005) / this.binSeconds);
		for (const { face, probabilities } of faces) {
			const known = this.all.get(face) ?? { first: time, last: time, bins: new Map<number, Sums>() };
			this.all.set(face, known);
			known.last = time;
			addTo(known.bins, bin, { values: Float64Array.from(probabilities), count: 1 });
		}
	}

	/** The faces so far, by number. */
	get faces(): FaceSummary[] {
		return [...this.all]
			.sort(([a], [b]) => a - b)
			.map(([face, { first, last, bins }]) => {
				const parts = [...bins].sort(([a], [b]) => a - b);
				const total = new Map<number, Sums>();
				for (const [, sums] of parts) addTo(total, 0, { ...sums, values: sums.values.slice() });
				const [sum] = total.values();
				const intervals = parts.map(([bin, sums]) => ({ start: bin * this.binSeconds, probabilities: meanOf(sums) }));
				return { face, first, last, frames: sum.count, mean: meanOf(sum), seconds: this.binSeconds, intervals };
			});
	}

	private joinBins(): void {
		this.binSeconds *= 2;
		for (const face of this.all.values()) {
			const joined = new Map<number, Sums>();
			for (const [bin, sums] of face.bins) addTo(joined, Math.floor(bin / 2), sums);
			face.bins = joined;
		}
	}
}

function addTo(bins: Map<number, Sums>, bin: number, { values, count }: Sums): void {
	const known = bins.get(bin);
	if (!known) return void bins.set(bin, { values, count });
	for (const [i, value] of values.entries()) known.values[i] += value;
	known.count += count;
}

const meanOf = ({ values, count }: Sums) => Array.from(values, (value) => value / count);

/** Frames in which a face is seen at least to be none of the detector's errors: those of SORT (Bewley et al. 2016). */
const LEAST_FRAMES = 3;

/** Parts the faces of a video into those that were seen for long enough and the others; all, if none was. */
export function withoutBrief<T extends { readonly frames: number }>(
	faces: readonly T[],
): { shown: T[]; brief: number } {
	const long = faces.filter(({ frames }) => frames >= LEAST_FRAMES);
	const shown = long.length > 0 ? long : [...faces];
	return { shown, brief: faces.length - shown.length };
}
