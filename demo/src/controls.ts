import type { About } from './about.js';
import { Camera } from './camera.js';
import { CameraProblem } from './cameraProblem.js';
import type { Display } from './display.js';
import type { FrameRate } from './frameRate.js';
import { tell, tellProblem } from './messages.js';
import { fileAddress, find } from './page.js';
import { Photo } from './photo.js';
import { listenForPhotos } from './photoInput.js';
import type { Reader } from './reader.js';
import type { Source } from './source.js';
import { Watcher } from './watcher.js';

const CAMERA_ON = 'The camera is on.';

/** What the visitor does: buttons, photos, switches. */
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
			onBegin: ({ isLive }) => tell(isLive ? CAMERA_ON : 'Reading …'),
			onRead: (source, faces, rate) => this.tellRead(source, faces, rate),
			// Out of memory, or a graphics card that was reset.
			onFault: ({ message }) => {
				tell('');
				tellProblem(`It could not be computed (${message}). Choose another way to compute, or load the page again.`);
			},
		});
		this.listen();
	}

	/** Reads what is shown anew: another backend. */
	again(): void {
		this.watcher.restart();
		if (this.source instanceof Photo) this.source.again();
	}

	private listen(): void {
		for (const id of ['camera', 'open', 'sample']) find(id, HTMLButtonElement).disabled = false;
		const file = find('file', HTMLInputElement);
		const onPhoto = (photo: File) => void this.openPhoto(photo, `Your photo, ${photo.name}`);
		listenForPhotos({ file, target: find('stage', HTMLElement), onPhoto, onOther: tellProblem });
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
		tell('Starting the camera …');
		const { stage } = this.display;
		try {
			const onEnd = () => {
				this.watch(undefined);
				tellProblem('The camera has gone. Connect it again, or open a photo.');
			};
			const camera = await Camera.open(stage.video, { id, onEnd });
			stage.showCamera(camera.isMirror);
			this.watch(camera);
			await this.offerCameras(camera);
		} catch (error) {
			if (!(error instanceof CameraProblem)) throw error;
			this.watch(undefined);
			tellProblem(error.message);
		}
	}

	/** Shows the choice of cameras where there is one. */
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
			tellProblem((error as Error).message);
		}
	}

	/** Opens one drawn picture after the other. */
	private async openSample(): Promise<void> {
		const { file, title } = this.about.samples[this.samples++ % this.about.samples.length];
		const response = await fetch(fileAddress(file)).catch(() => undefined);
		if (response?.ok) await this.openPhoto(await response.blob(), title);
		else tellProblem(`The server sent no ${file}. Is it still there?`);
	}

	private watch(source: Source | undefined): void {
		this.source = source;
		const isCamera = source instanceof Camera;
		this.cameraButton.textContent = isCamera ? 'Stop the camera' : 'Use the camera';
		find('speed', HTMLElement).textContent = '';
		tellProblem('');
		tell('');
		if (!source) this.display.stage.clear();
		void this.watcher.watch(source);
	}

	private tellRead({ isLive }: Source, faces: number, { perSecond, milliseconds = 0 }: FrameRate): void {
		const rate = isLive ? `${perSecond?.toFixed(perSecond < 10 ? 1 : 0) ?? '–'} pictures/s, ` : '';
		find('speed', HTMLElement).textContent = `${rate}${Math.round(milliseconds)} ms ${isLive ? 'each' : 'to read it'}`;
		if (isLive) return;
		if (faces === 0) tell('No face found. Faces are found best from the front, well lit and not too small.');
		else tell(faces === 1 ? '1 face found.' : `${faces} faces found.`);
	}
}
