import type * as tf from '@tensorflow/tfjs';
import type { Box } from '../../../lib/data/rawImage.js';
import type { AttentionMap } from '../../../lib/evaluation/attention/attentionMap.js';
import { fitAspect } from '../../../lib/photos/faceCrop.js';
import type { EmotionModel } from '../../../package/src/emotionModel.js';
import { openEmotionModel } from '../../../package/src/openEmotionModel.js';
import { type BackendOption, listBackends, useBackend } from './backends.js';
import { FaceFinder } from './faceFinder.js';
import { fetchModel, type OnProgress } from './modelFiles.js';

/** A face in a picture and its predicted emotions. */
export interface FaceReading {
	/** In fractions of the picture's width and height; it may extend beyond 0 and 1. */
	readonly box: Box;
	/** Probability of each class; they sum to 1. */
	readonly probabilities: Readonly<Record<string, number>>;
	/** Evidence for the emotion, if requested. */
	readonly attention?: AttentionMap;
}

/** How a picture is read. */
export interface ReadOptions {
	/** Adds a map of the evidence for the emotion. */
	readonly attention: boolean;
	/** Mirrors the picture first, as it is shown. */
	readonly isMirror: boolean;
	/** Whether it is a video frame, for which the fastest detector is used instead of the most accurate. */
	readonly isLive: boolean;
}

/** Detectors for video and for photos; the latter as in `openPhotoDetector` of lib/. */
const DETECTORS = { live: ['tiny'], photo: ['ssd', 'tiny'] } as const;

/** Finds faces and classifies them, on one backend at a time. It runs in a worker, so that the page stays responsive. */
export class FaceReader {
	private readonly canvas = new OffscreenCanvas(1, 1);
	private site = '';
	/** Models by their folders, each fetched once. */
	private readonly fetched = new Map<string, tf.io.ModelArtifacts>();
	private artifacts?: tf.io.ModelArtifacts;
	private finder?: FaceFinder;
	private model?: EmotionModel;
	/** The last request: a picture is never read while the backend changes. */
	private turn: Promise<unknown> = Promise.resolve();

	/**
	 * Fetches a model, which the next `open` loads from memory.
	 * @param site URL of the page's folder.
	 * @param folder The model's folder, relative to it.
	 * @throws {Error} If the server does not send it.
	 */
	async load(site: string, folder: string, onProgress: OnProgress): Promise<void> {
		this.site = site;
		this.artifacts = this.fetched.get(folder) ?? (await fetchModel(site, folder, onProgress));
		this.fetched.set(folder, this.artifacts);
	}

	listBackends(): Promise<BackendOption[]> {
		return listBackends();
	}

	/**
	 * Switches to another backend and warms it up with a blank picture, which takes seconds on some.
	 * @throws {Error} If the browser does not have it.
	 */
	open(backend: string): Promise<void> {
		return this.inTurn(async () => {
			this.finder?.dispose();
			this.model?.dispose();
			[this.finder, this.model] = [undefined, undefined];
			if (!this.artifacts) throw new Error('the network has not been loaded');
			await useBackend(backend, this.site);
			const finder = new FaceFinder(this.site);
			const model = await openEmotionModel(this.artifacts);
			const blank = new ImageData(64, 64);
			await finder.find(blank, DETECTORS.live);
			for (const attention of [true, false]) await model.predict(blank, { attention });
			[this.finder, this.model] = [finder, model];
		});
	}

	/**
	 * Reads a picture.
	 * @param picture Closed afterwards.
	 * @returns The faces, the largest first; none before a backend is open.
	 */
	read(picture: ImageBitmap, { attention, isMirror, isLive }: ReadOptions): Promise<FaceReading[]> {
		return this.inTurn(async () => {
			const { finder, model } = this;
			const pixels = this.pixelsOf(picture, isMirror);
			picture.close();
			if (!finder || !model) return [];
			const readings: FaceReading[] = [];
			for (const found of await finder.find(pixels, DETECTORS[isLive ? 'live' : 'photo'])) {
				const box = fitAspect(found.box, model.inputShape);
				const { probabilities, attention: map } = await model.predict(pixels, { box, attention });
				readings.push({ box: fractionOf(box, pixels), probabilities, attention: map });
			}
			return readings;
		});
	}

	private pixelsOf(picture: ImageBitmap, isMirror: boolean): ImageData {
		const { width, height } = picture;
		Object.assign(this.canvas, { width, height });
		const context = this.canvas.getContext('2d', { willReadFrequently: true });
		if (!context) throw new Error('the browser is out of memory');
		if (isMirror) context.setTransform(-1, 0, 0, 1, width, 0);
		context.drawImage(picture, 0, 0);
		return context.getImageData(0, 0, width, height);
	}

	private inTurn<T>(work: () => Promise<T>): Promise<T> {
		const result = this.turn.then(() => untilFault(work));
		this.turn = result.catch(() => {});
		return result;
	}
}

/**
 * Runs work that may never finish: some of tfjs's backends report a failed graphics card to the browser only.
 * @throws {Error} If the work fails or a promise is rejected meanwhile.
 */
async function untilFault<T>(work: () => Promise<T>): Promise<T> {
	let onFault = (_: PromiseRejectionEvent) => {};
	const fault = new Promise<never>((_, reject) => {
		onFault = (event) => {
			event.preventDefault();
			reject(event.reason);
		};
	});
	addEventListener('unhandledrejection', onFault);
	try {
		return await Promise.race([work(), fault]);
	} finally {
		removeEventListener('unhandledrejection', onFault);
	}
}

/** Converts a box from pixels to fractions of a picture. */
function fractionOf(
	{ left, top, width, height }: Box,
	picture: { readonly width: number; readonly height: number },
): Box {
	const [x, y] = [1 / picture.width, 1 / picture.height];
	return { left: left * x, top: top * y, width: width * x, height: height * y };
}
