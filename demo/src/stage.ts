import { FaceBox } from './faceBox.js';
import type { TrackedFace } from './faceTracker.js';
import { find } from './page.js';
import type { Photo } from './photo.js';
import type { ShownPicture } from './share/resultPicture.js';
import type { Clip } from './video/clip.js';

/** Shows a photo, a video file or the camera, with boxes around the faces. */
export class Stage {
	readonly video = find('video', HTMLVideoElement);
	private readonly empty = find('empty', HTMLElement);
	private readonly frame = find('frame', HTMLElement);
	private readonly photo = find('photo', HTMLCanvasElement);
	private readonly clip = find('clip', HTMLElement);
	private readonly layer = find('faces', HTMLElement);
	private readonly boxes = new Map<number, FaceBox>();
	private readonly colors: ReadonlyMap<string, string>;
	private readonly onChoose: (number: number) => void;

	/** @param colors Of the model's classes, by name. @param onChoose Called with the number of the face that was chosen. */
	constructor(colors: ReadonlyMap<string, string>, onChoose: (number: number) => void) {
		this.colors = colors;
		this.onChoose = onChoose;
	}

	/** Shows the camera's video, mirrored or not. */
	showCamera(isMirror: boolean): void {
		this.video.classList.toggle('mirror', isMirror);
		this.show(this.video, { width: this.video.videoWidth, height: this.video.videoHeight });
	}

	/** Shows a video file. */
	showClip({ element, width, height }: Clip, title: string): void {
		element.setAttribute('aria-label', title);
		this.clip.replaceChildren(element);
		this.show(this.clip, { width, height });
	}

	/** Shows a photo. */
	showPhoto({ canvas, title }: Photo): void {
		Object.assign(this.photo, { width: canvas.width, height: canvas.height });
		this.photo.getContext('2d')?.drawImage(canvas, 0, 0);
		this.photo.setAttribute('aria-label', title);
		this.show(this.photo, canvas);
	}

	/** Shows the start screen. */
	clear(): void {
		this.frame.hidden = true;
		this.empty.hidden = false;
		this.place([], undefined);
	}

	/** Updates the boxes. @param chosen Number of the face whose emotions are shown. */
	place(faces: readonly TrackedFace[], chosen: number | undefined): void {
		for (const number of this.boxes.keys()) {
			if (!faces.some((face) => face.number === number)) this.remove(number);
		}
		for (const face of faces) {
			const box = this.boxes.get(face.number) ?? this.add(face, faces);
			box.place(face, face.number === chosen);
		}
	}

	/** Updates the labels of the boxes. */
	write(faces: readonly TrackedFace[]): void {
		for (const face of faces) this.boxes.get(face.number)?.write(face);
	}

	/** What is shown, in its own size; undefined on the start screen. */
	picture(): Omit<ShownPicture, 'faces'> | undefined {
		if (this.frame.hidden) return undefined;
		if (!this.photo.hidden) {
			const { width, height } = this.photo;
			return { image: this.photo, width, height, isMirror: false };
		}
		const video = this.clip.hidden ? this.video : this.clip.querySelector('video');
		if (!video) return undefined;
		const isMirror = video.classList.contains('mirror');
		return { image: video, width: video.videoWidth, height: video.videoHeight, isMirror };
	}

	private show(shown: HTMLElement, { width, height }: { width: number; height: number }): void {
		this.frame.style.setProperty('--aspect', String(width / height));
		this.video.hidden = shown !== this.video;
		this.photo.hidden = shown !== this.photo;
		this.clip.hidden = shown !== this.clip;
		if (this.clip.hidden) this.clip.replaceChildren();
		this.empty.hidden = true;
		this.frame.hidden = false;
	}

	/** Adds a box, ordered by number, which is the tab order. */
	private add(face: TrackedFace, faces: readonly TrackedFace[]): FaceBox {
		const box = new FaceBox(this.colors, () => this.onChoose(face.number));
		const next = faces.find(({ number }) => number > face.number && this.boxes.has(number));
		this.layer.insertBefore(box.element, next ? (this.boxes.get(next.number)?.element ?? null) : null);
		this.boxes.set(face.number, box);
		box.write(face);
		return box;
	}

	private remove(number: number): void {
		this.boxes.get(number)?.element.remove();
		this.boxes.delete(number);
	}
}
