/** A source of pictures to read. */
export interface Source {
	/** Whether it is a video, in which faces come and go. */
	readonly isLive: boolean;
	/** Whether it is shown mirrored. */
	readonly isMirror: boolean;
	/** Waits for the next picture, in the size at which it is read. */
	next(): Promise<ImageBitmap>;
	/** Closes the source. A pending `next` may never resolve. */
	close(): void;
}
