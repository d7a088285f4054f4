/** Height, width and channels of FER2013's images. */
export const FER2013_SHAPE = [48, 48, 1] as const;

/** What every reader takes. */
export interface ReaderOptions {
	/**
	 * Called now and then with how far the work is, and once with 1 when a step of it is done.
	 * @param fraction From 0 to 1; begins anew where the message changes.
	 * @param message What is being done, for example `Reading fer2013.csv`.
	 */
	readonly onProgress?: (fraction: number, message: string) => void;
}

/** Returns a function to report how far one step is, which calls `onProgress` at most once a percent. */
export function progressOf({ onProgress }: ReaderOptions, message: string): (fraction: number) => void {
	let reported = Number.NEGATIVE_INFINITY;
	return (fraction) => {
		const percent = Math.floor(Math.min(fraction, 1) * 100);
		if (percent <= reported) return;
		reported = percent;
		onProgress?.(percent / 100, message);
	};
}
