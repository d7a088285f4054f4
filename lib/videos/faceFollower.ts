import type { Box } from '../data/rawImage';
import { matchBoxes } from '../photos/matchBoxes';
import type { FaceReading } from '../photos/recognizer';

/** A face in a frame of a video; its probabilities are smoothed over time. */
export interface FollowedFace extends Omit<FaceReading, 'attention'> {
	/** Its number, from 1, which it keeps as long as it is followed. */
	readonly face: number;
}

/** The faces in a frame of a video. */
export interface FrameReading {
	/** Seconds from the beginning of the video. */
	readonly time: number;
	/** From left to right. */
	readonly faces: readonly FollowedFace[];
}

/** Options of `FaceFollower`. */
interface FollowerOptions {
	/** Names of the probabilities. */
	readonly emotions: readonly string[];
	/** Frames per second, above 0: how often `add` is called. */
	readonly fps: number;
	/** Time constant of the exponential average of the probabilities, in seconds; 0 for none. Default 0.5. */
	readonly smoothingSeconds?: number;
}

/** The default of `smoothingSeconds`. */
export const SMOOTHING_SECONDS = 0.5;

/** The least intersection over union of the same face in two frames: that of SORT. */
const LEAST_OVERLAP = 0.3;

/** A face that is lost for longer is a new one when it comes back; also after two frames, if these are farther apart. */
const MEMORY_SECONDS = 1;

/** Decimals of times, boxes and probabilities: what files of results hold, so that work goes on from a file as without a stop. */
export const DECIMALS = { time: 3, box: 2, share: 4 } as const;

interface Track {
	readonly box: Box;
	readonly probabilities: readonly number[];
	readonly lastSeen: number;
}

/**
 * Follows faces across the frames of a video, and smooths their probabilities.
 *
 * A face is the one of an earlier frame whose last box overlaps its own most, as in SORT (Bewley et al. 2016,
 * arXiv:1602.00763), but without the Kalman filter, and pairs are matched by overlap, the largest first. Probabilities are
 * an exponential average over time, in which a frame after `t` seconds has the weight `1 - exp(-t / smoothingSeconds)`.
 */
export class FaceFollower {
	private readonly emotions: readonly string[];
	private readonly smoothingSeconds: number;
	private readonly memorySeconds: number;
	private readonly tracks = new Map<number, Track>();
	private faceCount = 0;

	constructor({ emotions, fps, smoothingSeconds = SMOOTHING_SECONDS }: FollowerOptions) {
		this.emotions = emotions;
		this.smoothingSeconds = smoothingSeconds;
		this.memorySeconds = Math.max(MEMORY_SECONDS, 2 / fps);
	}

	/** Adds the faces of the next frame. @param time Seconds, more than before. */
	add(time: number, readings: readonly FaceReading[]): FrameReading {
		const now = rounded(time, DECIMALS.time);
		this.forget(now);
		const known = [...this.tracks];
		const boxes = known.map(([, { box }]) => box);
		const found = readings.map(({ box }) => box);
		const partners = matchBoxes(boxes, found, LEAST_OVERLAP);
		const faces = readings.map(({ box, detection, probabilities }, i) => {
			const [face, track] = known[partners[i] ?? -1] ?? [++this.faceCount, undefined];
			const smooth = this.smooth(probabilities, now, track).map((value) => rounded(value, DECIMALS.share));
			return {
				...{ face, box: roundedBox(box), detection: rounded(detection, DECIMALS.share) },
				...{ emotion: this.emotions[smooth.indexOf(Math.max(...smooth))], probabilities: smooth },
			};
		});
		const frame = { time: now, faces };
		this.take(frame);
		return frame;
	}

	/** Takes over a frame that was read before, so that `add` goes on after it. */
	take({ time, faces }: FrameReading): void {
		for (const { face, box, probabilities } of faces) {
			this.tracks.set(face, { box, probabilities, lastSeen: time });
			this.faceCount = Math.max(this.faceCount, face);
		}
		this.forget(time);
	}

	private forget(now: number): void {
		// Times are rounded to milliseconds.
		const isOld = ({ lastSeen }: Track) => now - lastSeen > this.memorySeconds + 0.0015;
		for (const [face, track] of this.tracks) if (isOld(track)) this.tracks.delete(face);
	}

	private smooth(current: readonly number[], now: number, track?: Track): readonly number[] {
		if (!track || this.smoothingSeconds === 0) return current;
		const weight = 1 - Math.exp(-(now - track.lastSeen) / this.smoothingSeconds);
		return current.map((value, i) => weight * value + (1 - weight) * track.probabilities[i]);
	}
}

const rounded = (value: number, decimals: number) => Number(value.toFixed(decimals));

function roundedBox({ left, top, width, height }: Box): Box {
	const side = (value: number) => rounded(value, DECIMALS.box);
	return { left: side(left), top: side(top), width: side(width), height: side(height) };
}
