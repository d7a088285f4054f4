import type { AttentionMap } from '../../../lib/evaluation/attention/attentionMap.js';
import type { TrackedFace } from '../faceTracker.js';

/** A frame of a video that was read, and its faces by number. */
export interface RecordedFrame {
	/** Seconds from the start of the video. */
	readonly time: number;
	readonly faces: readonly TrackedFace[];
}

/** What is said of a face as a whole. */
export interface FaceSummary {
	readonly number: number;
	/** Seconds at which it was first and last seen. */
	readonly from: number;
	readonly to: number;
	/** Frames in which it was seen. */
	readonly frames: number;
	/** Mean probability of each class over these frames. */
	readonly probabilities: Readonly<Record<string, number>>;
}

/** The faces of a video, read at equal intervals from its start. */
export class Recording {
	/** Seconds between frames. */
	readonly step: number;
	private readonly list: RecordedFrame[] = [];

	constructor(step: number) {
		this.step = step;
	}

	/** The frames read so far, from the first one without gaps. */
	get frames(): readonly RecordedFrame[] {
		return this.list;
	}

	/** Seconds at which the next frame is due. */
	get nextTime(): number {
		return this.list.length * this.step;
	}

	/** Adds the faces of the next frame. */
	add(faces: readonly TrackedFace[]): void {
		this.list.push({ time: this.nextTime, faces });
	}

	/** Replaces the attention maps of a frame. @param maps By the number of the face. */
	explain(index: number, maps: ReadonlyMap<number, AttentionMap | undefined>): void {
		const { time, faces } = this.list[index];
		this.list[index] = { time, faces: faces.map((face) => ({ ...face, attention: maps.get(face.number) })) };
	}

	/** Index of the frame shown at a time: the last one before it; undefined if nothing was read. */
	indexAt(time: number): number | undefined {
		if (this.list.length === 0) return undefined;
		// Browsers round the time after a seek.
		const index = Math.floor(time / this.step + 1e-3);
		return Math.min(Math.max(index, 0), this.list.length - 1);
	}

	/** The faces at a time: those of the frame before, moved towards those of the next one. */
	at(time: number): readonly TrackedFace[] {
		const index = this.indexAt(time);
		if (index === undefined) return [];
		const { faces, time: start } = this.list[index];
		const next = new Map(this.list[index + 1]?.faces.map((face) => [face.number, face] as const));
		const part = Math.min(Math.max((time - start) / this.step, 0), 1);
		return faces.map((face) => between(face, next.get(face.number) ?? face, part));
	}

	/** Sums up each face, by number. */
	summaries(): FaceSummary[] {
		const all = new Map<number, { from: number; to: number; frames: number; sums: Record<string, number> }>();
		for (const { time, faces } of this.list) {
			for (const { number, probabilities } of faces) {
				const one = all.get(number) ?? { from: time, to: time, frames: 0, sums: {} };
				for (const [name, value] of Object.entries(probabilities)) one.sums[name] = (one.sums[name] ?? 0) + value;
				all.set(number, Object.assign(one, { to: time, frames: one.frames + 1 }));
			}
		}
		return [...all]
			.map(([number, { from, to, frames, sums }]) => {
				const means = Object.entries(sums).map(([name, sum]) => [name, sum / frames]);
				return { number, from, to, frames, probabilities: Object.fromEntries(means) };
			})
			.sort((a, b) => a.number - b.number);
	}
}

/** A face on its way from one frame to the next. @param part 0 to 1. */
function between(from: TrackedFace, to: TrackedFace, part: number): TrackedFace {
	const mix = (a: number, b: number) => a + (b - a) * part;
	const side = (name: keyof TrackedFace['box']) => mix(from.box[name], to.box[name]);
	const box = { left: side('left'), top: side('top'), width: side('width'), height: side('height') };
	const shares = Object.entries(from.probabilities).map(([name, value]) => [name, mix(value, to.probabilities[name])]);
	const probabilities: Record<string, number> = Object.fromEntries(shares);
	const emotion = Object.keys(probabilities).reduce((best, name) =>
		probabilities[name] > probabilities[best] ? name : best,
	);
	return { ...from, box, probabilities, emotion };
}
