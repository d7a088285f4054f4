/** Milliseconds that a browser gets for opening a file or for a seek in it; some never answer about a broken one. */
const PATIENCE = 30_000;

const NOT_PLAYED = 'The browser cannot play this file as a video. Use an MP4 (H.264) or WebM.';

/** An open video file: frames at any time of it. */
export class Clip {
	readonly element: HTMLVideoElement;
	readonly duration: number;

	private constructor(element: HTMLVideoElement) {
		this.element = element;
		this.duration = element.duration;
	}

	/**
	 * Opens a video file.
	 * @throws {Error} If the browser cannot play it, or it has no picture or no end.
	 */
	static async open(file: Blob): Promise<Clip> {
		const element = document.createElement('video');
		Object.assign(element, { preload: 'auto', playsInline: true });
		element.src = URL.createObjectURL(file);
		try {
			await answer(element, 'loadeddata');
			if (element.duration === Number.POSITIVE_INFINITY) await findEnd(element);
			// An audio file has no picture.
			if (!(element.videoWidth > 0 && element.duration > 0)) throw new Error();
			return new Clip(element);
		} catch {
			release(element);
			throw new Error(NOT_PLAYED);
		}
	}

	get width(): number {
		return this.element.videoWidth;
	}

	get height(): number {
		return this.element.videoHeight;
	}

	/** Shows the frame at a time. @throws {Error} If the browser cannot read the file there. */
	async seek(time: number): Promise<void> {
		const sought = answer(this.element, 'seeked');
		this.element.currentTime = time;
		await sought;
	}

	/** Waits until a seek has ended. @throws {Error} If the browser cannot read the file there. */
	async settle(): Promise<void> {
		if (this.element.seeking) await answer(this.element, 'seeked');
	}

	/** Frees the file. */
	close(): void {
		release(this.element);
	}
}

/** Lets the browser find the end of a recording that does not say how long it is, as browsers make them themselves. */
async function findEnd(element: HTMLVideoElement): Promise<void> {
	const found = answer(element, 'durationchange');
	element.currentTime = Number.MAX_SAFE_INTEGER;
	await found;
	const back = answer(element, 'seeked');
	element.currentTime = 0;
	await back;
}

/** Waits for an event. @throws {Error} If an error comes first, or nothing for long. */
function answer(element: HTMLVideoElement, event: string): Promise<void> {
	const all = new AbortController();
	const { signal } = all;
	return new Promise<void>((resolve, reject) => {
		// It is reported once only.
		if (element.error) reject(new Error(element.error.message));
		const timer = setTimeout(reject, PATIENCE, new Error('no answer'));
		signal.addEventListener('abort', () => clearTimeout(timer));
		element.addEventListener(event, () => resolve(), { signal });
		element.addEventListener('error', () => reject(new Error(element.error?.message)), { signal });
	}).finally(() => all.abort());
}

function release(element: HTMLVideoElement): void {
	const address = element.src;
	element.removeAttribute('src');
	element.load();
	URL.revokeObjectURL(address);
}
