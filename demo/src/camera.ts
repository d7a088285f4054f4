import { cameraProblem } from './cameraProblem.js';
import { FaceTracker, type TrackedFace } from './faceTracker.js';
import { pictureOf } from './pictureOf.js';
import type { Source } from './source.js';
import type { FaceReading } from './worker/faceReader.js';

/** A camera of this device. */
export interface CameraChoice {
	readonly id: string;
	readonly title: string;
}

/** An open camera, shown by a video element. */
export class Camera implements Source {
	readonly isLive = true;
	/** Whether it faces the visitor, who then expects a mirror image. */
	readonly isMirror: boolean;
	readonly id?: string;
	readonly activity = 'The camera is on.';
	private readonly tracker = new FaceTracker({ isLive: true });
	private readonly video: HTMLVideoElement;
	private readonly stream: MediaStream;

	private constructor(video: HTMLVideoElement, stream: MediaStream) {
		this.video = video;
		this.stream = stream;
		const { facingMode, deviceId } = stream.getVideoTracks()[0].getSettings();
		this.isMirror = facingMode !== 'environment';
		this.id = deviceId;
	}

	/**
	 * Starts a camera.
	 * @param options.id One of `choices`. Default: the one that faces the visitor.
	 * @param options.onEnd Called when the camera is disconnected.
	 * @throws {CameraProblem} If it does not start.
	 */
	static async open(video: HTMLVideoElement, { id, onEnd }: { id?: string; onEnd: () => void }): Promise<Camera> {
		const size = { width: { ideal: 640 }, height: { ideal: 480 } };
		const which = id ? { deviceId: { exact: id } } : { facingMode: 'user' };
		let stream: MediaStream | undefined;
		try {
			// Insecure pages have no `mediaDevices`.
			if (!navigator.mediaDevices) throw Object.assign(new Error(), { name: 'SecurityError' });
			stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...size, ...which } });
			video.srcObject = stream;
			await video.play();
		} catch (error) {
			stop(stream);
			throw cameraProblem(error as Error);
		}
		stream.getVideoTracks()[0].addEventListener('ended', onEnd);
		return new Camera(video, stream);
	}

	/** Lists the cameras; browsers name them only once one has been allowed. */
	static async choices(): Promise<CameraChoice[]> {
		const devices = await navigator.mediaDevices.enumerateDevices();
		const cameras = devices.filter(({ kind }) => kind === 'videoinput');
		return cameras.map(({ deviceId, label }, i) => ({ id: deviceId, title: label || `Camera ${i + 1}` }));
	}

	async next(): Promise<ImageBitmap> {
		await nextPicture(this.video);
		return pictureOf(this.video);
	}

	take(readings: readonly FaceReading[], now: number): void {
		this.tracker.update(readings, now);
	}

	faces(now: number): readonly TrackedFace[] {
		this.tracker.advance(now);
		return this.tracker.faces;
	}

	again(): void {}

	/** Stops the camera; its light goes off. */
	close(): void {
		stop(this.stream);
		if (this.video.srcObject === this.stream) this.video.srcObject = null;
	}
}

function stop(stream: MediaStream | undefined): void {
	for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Waits for a video's next frame. */
function nextPicture(video: HTMLVideoElement): Promise<void> {
	return new Promise((resolve) => {
		if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(() => resolve());
		else requestAnimationFrame(() => resolve());
	});
}
