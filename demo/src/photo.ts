import { FaceTracker, type TrackedFace } from './faceTracker.js';
import type { Source } from './source.js';
import type { FaceReading } from './worker/faceReader.js';

/** Longest side in pixels in which a photo is shown and read. */
const LONGEST = 1600;

/** A photo: one picture, read once and again after every change. */
export class Photo implements Source {
	readonly isLive = false;
	readonly isMirror = false;
	readonly activity = 'Reading…';
	/** Label for screen readers. */
	readonly title: string;
	readonly canvas: HTMLCanvasElement;
	private readonly tracker = new FaceTracker({ isLive: false });
	private isWanted = true;
	private wake = () => {};

	private constructor(canvas: HTMLCanvasElement, title: string) {
		this.canvas = canvas;
		this.title = title;
	}

	/**
	 * Decodes a photo, rotated according to its EXIF data.
	 * @throws {Error} If the browser cannot decode it.
	 */
	static async open(file: Blob, title: string): Promise<Photo> {
		const bitmap = await createImageBitmap(file).catch(() => {
			throw new Error('The browser cannot read this file as a photo. Use a JPEG, PNG or WebP.');
		});
		const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
		const canvas = document.createElement('canvas');
		canvas.width = Math.max(1, Math.round(bitmap.width * scale));
		canvas.height = Math.max(1, Math.round(bitmap.height * scale));
		canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
		bitmap.close();
		return new Photo(canvas, title);
	}

	again(): void {
		this.isWanted = true;
		this.wake();
	}

	async next(): Promise<ImageBitmap> {
		if (!this.isWanted) {
			await new Promise<void>((resolve) => {
				this.wake = resolve;
			});
		}
		this.isWanted = false;
		return createImageBitmap(this.canvas);
	}

	take(readings: readonly FaceReading[], now: number): void {
		this.tracker.update(readings, now);
	}

	faces(now: number): readonly TrackedFace[] {
		this.tracker.advance(now);
		return this.tracker.faces;
	}

	close(): void {}
}
