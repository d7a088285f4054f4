import type { OnProgress } from '../../progress';

/** Height, width and channels of FER2013 images. */
export const FER2013_SHAPE = [48, 48, 1] as const;

/** Options of every reader. */
export interface ReaderOptions {
	/** Receives the progress of each stage, such as `Reading fer2013.csv`: `done` runs from 0 to a `total` of 1. */
	readonly onProgress?: OnProgress;
	/** Receives a sentence for each thing the user should know about the data, such as a form that differs. */
	readonly onNote?: (text: string) => void;
}

/** Returns a function that reports the progress of one stage, from 0 to 1, at most once per percent. */
export function progressOf({ onProgress }: ReaderOptions, stage: string): (fraction: number) => void {
	let reported = Number.NEGATIVE_INFINITY;
	return (fraction) => {
		const percent = Math.floor(Math.min(fraction, 1) * 100);
		if (percent <= reported) return;
		reported = percent;
		onProgress?.({ stage, done: percent / 100, total: 1, itemsPerSecond: 0, secondsLeft: Number.NaN });
	};
}
