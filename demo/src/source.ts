import type { TrackedFace } from './faceTracker.js';
import type { FaceReading } from './worker/faceReader.js';

/** A source of pictures to read. */
export interface Source {
	/** Whether it is a video, in which faces come and go. */
	readonly isLive: boolean;
	/** Whether it is shown mirrored. */
	readonly isMirror: boolean;
	/** What the page does while it reads a picture; undefined if that is not worth a sentence. */
	readonly activity: string | undefined;
	/** Waits for the next picture, in the size at which it is read. */
	next(): Promise<ImageBitmap>;
	/** Takes the faces of that picture. @param now Seconds. */
	take(readings: readonly FaceReading[], now: number): void;
	/** The faces to show, by number. @param now Seconds. */
	faces(now: number): readonly TrackedFace[];
	/** Requests another reading of the picture shown, if it does not change by itself. */
	again(): void;
	/** Closes the source. A pending `next` may never resolve. */
	close(): void;
}
