import { intersectionOverUnion } from '../../../lib/data/boxOverlap.js';
import type { AttentionMap } from '../../../lib/evaluation/attention/attentionMap.js';
import { FaceTracker, type TrackedFace } from '../faceTracker.js';
import { pictureOf } from '../pictureOf.js';
import type { Source } from '../source.js';
import type { FaceReading } from '../worker/faceReader.js';
import { Clip } from './clip.js';
import { clock } from './clock.js';
import { Recording } from './recording.js';

/** Frames read per second unless the visitor chooses otherwise. */
const FRAMES_PER_SECOND = 5;

/** Seconds by which sums of times may be wrong. */
const TOLERANCE = 1e-6;

/** A video is read, or was stopped before its end, or is read to its end and stands still or plays. */
export type VideoState = 'reading' | 'stopped' | 'still' | 'playing';

/** A video file: read frame by frame from its start to its end, then played with its faces. */
export class VideoFile implements Source {
	readonly isLive = true;
	readonly isMirror = false;
	/** Name of the file. */
	readonly name: string;
	readonly clip: Clip;
	/** Called when anything has changed, with a sentence if the file cannot be read to its end. */
	onChange = (_problem?: string): void => {};
	private frames = new Recording(1 / FRAMES_PER_SECOND);
	private tracker = new FaceTracker({ isLive: true, reusesNumbers: false });
	/** Seconds up to which it is read. */
	private end: number;
	private isReading = true;
	/** Whether the frame shown is to be read again. */
	private isWanted = false;
	/** What the faces of the picture being read are for: the next frame, or one that is read again. */
	private pending?: { readonly frames: Recording; readonly again?: number };
	/** Counts what the visitor did, since a frame may become another meanwhile. */
	private actions = 0;
	private wake = () => {};

	private constructor(clip: Clip, name: string) {
		this.clip = clip;
		this.name = name;
		this.end = clip.duration;
		for (const event of ['play', 'pause', 'timeupdate']) clip.element.addEventListener(event, () => this.onChange());
	}

	/** Opens a video. @throws {Error} If the browser cannot play it. */
	static async open(file: File): Promise<VideoFile> {
		return new VideoFile(await Clip.open(file), file.name);
	}

	/** What was read so far. */
	get recording(): Recording {
		return this.frames;
	}

	get state(): VideoState {
		if (this.isReading) return 'reading';
		if (this.frames.nextTime < this.end - TOLERANCE) return 'stopped';
		return this.clip.element.paused ? 'still' : 'playing';
	}

	get activity(): string | undefined {
		return this.isReading ? 'Reading the video…' : undefined;
	}

	/** Stops reading or playing it, or goes on. */
	toggle(): void {
		const { element } = this.clip;
		const { state } = this;
		if (state === 'playing') element.pause();
		else if (state === 'still') element.play().catch(() => this.onChange('The browser did not play this video.'));
		else this.act(state === 'stopped');
	}

	/** Shows the frame at a time; reading stops. @param time Seconds. */
	seek(time: number): void {
		this.act(false);
		this.clip.element.currentTime = Math.min(Math.max(time, 0), this.clip.duration);
	}

	/** Reads all of it again, from its start. @param framesPerSecond Default: as before. */
	anew(framesPerSecond = 1 / this.frames.step): void {
		this.clip.element.pause();
		this.frames = new Recording(1 / framesPerSecond);
		this.tracker = new FaceTracker({ isLive: true, reusesNumbers: false });
		this.end = this.clip.duration;
		this.act(true);
	}

	again(): void {
		this.isWanted = !this.isReading;
		this.wake();
	}

	async next(): Promise<ImageBitmap> {
		for (;;) {
			const picture = await (this.isReading ? this.nextFrame() : this.sameFrame());
			if (picture) return picture;
			if (this.isReading || this.isWanted) continue;
			await new Promise<void>((resolve) => {
				this.wake = resolve;
			});
		}
	}

	take(readings: readonly FaceReading[]): void {
		const { frames, again } = this.pending ?? {};
		// It is being read anew.
		if (frames !== this.frames) return;
		if (again === undefined) {
			const time = frames.nextTime;
			this.tracker.update(readings, time);
			this.tracker.advance(time);
			frames.add(this.tracker.faces.filter(({ isFound }) => isFound));
		} else frames.explain(again, mapsOf(frames.frames[again].faces, readings));
		this.onChange();
	}

	faces(): readonly TrackedFace[] {
		return this.frames.at(this.clip.element.currentTime);
	}

	close(): void {
		this.onChange = () => {};
		this.clip.close();
	}

	private act(isReading: boolean): void {
		this.actions++;
		this.isReading = isReading;
		this.wake();
		this.onChange();
	}

	private async nextFrame(): Promise<ImageBitmap | undefined> {
		const { actions, clip, frames } = this;
		if (frames.nextTime >= this.end - TOLERANCE) {
			this.seek(0);
			return undefined;
		}
		try {
			await clip.seek(frames.nextTime);
			if (actions !== this.actions) return undefined;
			this.pending = { frames };
			return await pictureOf(clip.element);
		} catch {
			if (actions !== this.actions) return undefined;
			this.end = frames.nextTime;
			this.isReading = false;
			// Without this, the part that was read could not be shown any more.
			clip.element.load();
			this.onChange(`This video cannot be read beyond ${clock(this.end)}: the file may be damaged.`);
			return undefined;
		}
	}

	private async sameFrame(): Promise<ImageBitmap | undefined> {
		if (!this.isWanted) return undefined;
		this.isWanted = false;
		const { clip, frames } = this;
		const again = frames.indexAt(clip.element.currentTime);
		if (again === undefined) return undefined;
		try {
			await clip.settle();
			this.pending = { frames, again };
			return await pictureOf(clip.element);
		} catch {
			return undefined;
		}
	}
}

/** Finds the attention maps of faces in another reading of their frame. */
function mapsOf(
	faces: readonly TrackedFace[],
	readings: readonly FaceReading[],
): Map<number, AttentionMap | undefined> {
	return new Map(
		faces.map(({ number, box }) => {
			const overlap = (reading: FaceReading) => intersectionOverUnion(reading.box, box);
			const [best] = [...readings].sort((a, b) => overlap(b) - overlap(a));
			return [number, best && overlap(best) > 0.5 ? best.attention : undefined];
		}),
	);
}
