import type { About } from './about.js';
import { Camera } from './camera.js';
import { CameraProblem } from './cameraProblem.js';
import type { Display } from './display.js';
import { listenForFiles } from './fileInput.js';
import type { FrameRate } from './frameRate.js';
import { showProblem, showStatus } from './messages.js';
import { fileAddress, find } from './page.js';
import { Photo } from './photo.js';
import type { Reader } from './reader.js';
import type { Source } from './source.js';
import { VideoFile } from './video/videoFile.js';
import { VideoPanel } from './video/videoPanel.js';
import { Watcher } from './watcher.js';

/** Handles the visitor's input: buttons, files, switches. */
export class Controls {
	private readonly cameraButton = find('camera', HTMLButtonElement);
	private readonly cameraChoice = find('camera-choice', HTMLSelectElement);
	private readonly attention = find('attention', HTMLInputElement);
	private readonly display: Display;
	private readonly about: About;
	private readonly watcher: Watcher;
	private readonly panel: VideoPanel;
	private source?: Source;
	private samples = 0;
	/** Counts what was opened. */
	private opened = 0;

	constructor(reader: Reader, display: Display, about: About) {
		this.display = display;
		this.about = about;
		this.panel = new VideoPanel(about.emotions, display.colors, () => {
			if (this.attention.checked) this.source?.again();
		});
		this.watcher = new Watcher(reader, display, {
			attention: () => this.attention.checked,
			onBegin: ({ activity }) => activity && showStatus(activity),
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
		this.source?.again();
	}

	/** Reads all of the current photo or video again, with another network. */
	anew(): void {
		this.panel.anew();
		this.again();
	}

	private listen(): void {
		for (const id of ['camera', 'open', 'sample']) find(id, HTMLButtonElement).disabled = false;
		const file = find('file', HTMLInputElement);
		listenForFiles({
			file,
			target: find('stage', HTMLElement),
			onPhoto: (photo) => void this.openPhoto(photo, `Your photo, ${photo.name}`),
			onVideo: (video) => void this.openVideo(video),
			onOther: showProblem,
		});
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

	private async openVideo(file: File): Promise<void> {
		const opening = ++this.opened;
		showProblem('');
		showStatus('Opening the video…');
		try {
			const video = await VideoFile.open(file);
			// Something else was opened meanwhile.
			if (opening !== this.opened) return video.close();
			this.watch(video);
			this.display.stage.showClip(video.clip, `Your video, ${file.name}`);
			this.panel.show(video);
		} catch (error) {
			showStatus('');
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
		this.opened++;
		const isCamera = source instanceof Camera;
		this.cameraButton.textContent = isCamera ? 'Stop the camera' : 'Use the camera';
		find('speed', HTMLElement).textContent = '';
		showProblem('');
		showStatus('');
		this.panel.show(undefined);
		if (!source) this.display.stage.clear();
		void this.watcher.watch(source);
	}

	private showRead(source: Source, faces: number, rate: FrameRate): void {
		const { isLive } = source;
		const { perSecond, milliseconds = 0 } = rate;
		const speed = isLive ? `${perSecond?.toFixed(perSecond < 10 ? 1 : 0) ?? '–'} frames/s, ` : '';
		find('speed', HTMLElement).textContent =
			`${speed}${Math.round(milliseconds)} ms ${isLive ? 'per frame' : 'for this photo'}`;
		this.panel.count(rate);
		if (isLive) return;
		if (faces === 0) showStatus('No face found. Detection works best from the front, in good light and up close.');
		else showStatus(faces === 1 ? '1 face found.' : `${faces} faces found.`);
	}
}
