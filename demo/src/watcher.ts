import type { Display } from './display.js';
import type { TrackedFace } from './faceTracker.js';
import { FrameRate } from './frameRate.js';
import type { Reader } from './reader.js';
import type { Source } from './source.js';

/** Callbacks for the pictures of a source. */
interface WatcherEvents {
	/** Returns whether the next reading includes attention maps. */
	readonly attention: () => boolean;
	/** Called before a picture is read. */
	readonly onBegin: (source: Source) => void;
	/** Called after a picture was read. */
	readonly onRead: (source: Source, faces: number, rate: FrameRate) => void;
	/** Called if a picture could not be read; the next one is read after `restart`. */
	readonly onFault: (error: Error) => void;
}

const seconds = () => performance.now() / 1000;

/** Reads the pictures of a source, and shows the results at the screen's refresh rate. */
export class Watcher {
	private readonly rate = new FrameRate();
	private readonly reader: Reader;
	private readonly display: Display;
	private readonly events: WatcherEvents;
	private source?: Source;
	/** Whether a picture of this source has been read. */
	private isRead = false;
	private wake = () => {};

	constructor(reader: Reader, display: Display, events: WatcherEvents) {
		this.reader = reader;
		this.display = display;
		this.events = events;
		const draw = () => {
			this.display.show(this.faces(), this.isRead, seconds());
			requestAnimationFrame(draw);
		};
		draw();
	}

	/** Reads a source's pictures until the next call. */
	async watch(source: Source | undefined): Promise<void> {
		this.source?.close();
		this.source = source;
		this.isRead = false;
		this.display.clear();
		this.restart();
		while (source && source === this.source) {
			try {
				await this.read(source);
			} catch (error) {
				if (source !== this.source) return;
				this.events.onFault(error as Error);
				await new Promise<void>((resolve) => {
					this.wake = resolve;
				});
			}
		}
	}

	/** Restarts the measurement, and continues after a fault, with another backend. */
	restart(): void {
		this.rate.clear();
		this.wake();
	}

	/** The faces to show; those of a video may have maps from when they were wanted. */
	private faces(): readonly TrackedFace[] {
		const faces = this.source?.faces(seconds()) ?? [];
		return this.events.attention() ? faces : faces.map((face) => ({ ...face, attention: undefined }));
	}

	private async read(source: Source): Promise<void> {
		const { isLive, isMirror } = source;
		const picture = await source.next();
		if (source !== this.source) return;
		this.events.onBegin(source);
		const began = seconds();
		const faces = await this.reader.read(picture, { attention: this.events.attention(), isMirror, isLive });
		if (source !== this.source) return;
		if (!isLive) this.rate.clear();
		this.rate.count(began, seconds());
		source.take(faces, seconds());
		this.isRead = true;
		this.events.onRead(source, faces.length, this.rate);
	}
}
