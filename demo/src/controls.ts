import type { About } from './about.js';
import { Camera } from './camera.js';
import { CameraProblem } from './cameraProblem.js';
import type { Display } from './display.js';
import type { FrameRate } from './frameRate.js';
import { showProblem, showStatus } from './messages.js';
import { fileAddress, find } from './page.js';
import { Photo } from './photo.js';
import { listenForPhotos } from './photoInput.js';
import type { Reader } from './reader.js';
import type { Source } from './source.js';
import { Watcher } from './watcher.js';

const CAMERA_ON = 'The camera is on.';

/** Handles the visitor's input: buttons, photos, switches. */
export class Controls {
	private readonly cameraButton = find('camera', HTMLButtonElement);
	private readonly cameraChoice = find('camera-choice', HTMLSelectElement);
	private readonly attention = find('attention', HTMLInputElement);
	private readonly display: Display;
	private readonly about: About;
	private readonly watcher: Watcher;
	private source?: Source;
	private samples = 0;

	constructor(reader: Reader, display: Display, about: About) {
		this.display = display;
		this.about = about;
		this.watcher = new Watcher(reader, display, {
			attention: () => this.attention.checked,
			onBegin: ({ isLive }) => showStatus(isLive ? CAMERA_ON : 'Reading…'),
			onRead: (source, faces, rate) => this.showRead(source, faces, rate),
			// The device is out of memory, or the graphics card was reset.
			onFault: ({ message }) => {
				showStatus('');
				showProblem(`The computation failed (${message}). Choose another backend, or reload the page.`);
			},
		});
		this.listen();
	}

	/** Reads the current picture again, with another backend. */
	again(): void {
		this.watcher.restart();
		if (this.source instanceof Photo) this.source.again();
	}

	private listen(): void {
		for (const id of ['camera', 'open', 'sample']) find(id, HTMLButtonElement).disabled = false;
		const file = find('file', HTMLInputElement);
		const onPhoto = (photo: File) => void this.openPhoto(photo, `Your photo, ${photo.name}`);
		listenForPhotos({ file, target: find('stage', HTMLElement), onPhoto, onOther: showProblem });
		this.cameraButton.addEventListener('click', () => {
			if (this.source instanceof Camera) this.watch(undefined);
			else this.openCamera();
		});
		this.cameraChoice.addEventListener('change', () => this.openCamera(this.cameraChoice.value));
		find('open', HTMLButtonElement).addEventListener('click', () => file.click());
		find('sample', HTMLButtonElement).addEventListener('click', () => this.openSample());
		this.attention.addEventListener('change', () => this.again());
	}

	private async openCamera(id?: string): Promise<void> {
		this.watch(undefined);
		showStatus('Starting the camera…');
		const { stage } = this.display;
		try {
			const onEnd = () => {
				this.watch(undefined);
				showProblem('The camera was disconnected. Connect it again, or open a photo.');
			};
			const camera = await Camera.open(stage.video, { id, onEnd });
			stage.showCamera(camera.isMirror);
			this.watch(camera);
			await this.offerCameras(camera);
		} catch (error) {
			if (!(error instanceof CameraProblem)) throw error;
			this.watch(undefined);
			showProblem(error.message);
		}
	}

	/** Shows the choice of cameras if there are several. */
	private async offerCameras({ id }: Camera): Promise<void> {
		const choices = await Camera.choices();
		this.cameraChoice.replaceChildren(...choices.map((choice) => new Option(choice.title, choice.id)));
		if (id) this.cameraChoice.value = id;
		find('cameras', HTMLElement).hidden = choices.length < 2;
	}

	private async openPhoto(file: Blob, title: string): Promise<void> {
		try {
			const photo = await Photo.open(file, title);
			this.watch(photo);
			this.display.stage.showPhoto(photo);
		} catch (error) {
			showProblem((error as Error).message);
		}
	}

	/** Opens the next drawn picture. */
	private async openSample(): Promise<void> {
		const { file, title } = this.about.samples[this.samples++ % this.about.samples.length];
		const response = await fetch(fileAddress(file)).catch(() => undefined);
		if (response?.ok) await this.openPhoto(await response.blob(), title);
		else showProblem(`The server did not send ${file}. Is it still running?`);
	}

	private watch(source: Source | undefined): void {
		this.source = source;
		const isCamera = source instanceof Camera;
		this.cameraButton.textContent = isCamera ? 'Stop the camera' : 'Use the camera';
		find('speed', HTMLElement).textContent = '';
		showProblem('');
		showStatus('');
		if (!source) this.display.stage.clear();
		void this.watcher.watch(source);
	}

	private showRead({ isLive }: Source, faces: number, { perSecond, milliseconds = 0 }: FrameRate): void {
		const rate = isLive ? `${perSecond?.toFixed(perSecond < 10 ? 1 : 0) ?? '–'} frames/s, ` : '';
		find('speed', HTMLElement).textContent =
			`${rate}${Math.round(milliseconds)} ms ${isLive ? 'per frame' : 'for this photo'}`;
		if (isLive) return;
		if (faces === 0) showStatus('No face found. Detection works best from the front, in good light and up close.');
		else showStatus(faces === 1 ? '1 face found.' : `${faces} faces found.`);
	}
}
