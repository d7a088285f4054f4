/** Something that gives pictures to read, one after the other. */
export interface Source {
	/** Whether faces come and go: a camera; a photo's stay. */
	readonly isLive: boolean;
	/** Whether it is shown with left and right swapped. */
	readonly isMirror: boolean;
	/** Waits for the next picture, in the size that it is read in. */
	next(): Promise<ImageBitmap>;
	/** Ends it. `next` may then wait for ever. */
	close(): void;
}
