/** The part of FER2013 that a row belongs to, as stored in `Dataset.usage`. */
export const USAGES = ['Training', 'PublicTest', 'PrivateTest'] as const;

/** Labelled images in memory: pixels of all images in one array, one label an image. */
export interface Dataset {
	/** What it is, for captions and results: `FER2013`, `sample faces`. */
	readonly name: string;
	/** True for faces drawn by this project, which stand in where no data set is at hand. */
	readonly drawn: boolean;
	/** Image height, width and channels (1 grey, 3 RGB). */
	readonly shape: readonly [height: number, width: number, channels: number];
	/** `[size, height, width, channels]`, 0 to 255. */
	readonly pixels: Uint8Array;
	/** `[size]`, each an index into `emotions`. */
	readonly labels: Uint8Array;
	/** The classes by label. */
	readonly emotions: readonly string[];
	/** `[size]`, each an index into `USAGES`; absent where the source does not divide its images. */
	readonly usage?: Uint8Array;
	/** SHA-256 of pixels, labels and usage, in hex: tells two data sets apart in caches and checkpoints. */
	readonly fingerprint: string;
}
