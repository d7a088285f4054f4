import type * as tf from '@tensorflow/tfjs';
import type { Box } from '../../../lib/data/rawImage.js';
import type { Emotion } from '../../../lib/emotions.js';
import type { AttentionMap } from '../../../lib/evaluation/attention/attentionMap.js';
import type { EmotionModel } from '../../../package/src/emotionModel.js';
import { openEmotionModel } from '../../../package/src/openEmotionModel.js';
import { type BackendOption, listBackends, useBackend } from './backends.js';
import { FaceFinder } from './faceFinder.js';
import { fetchModel, type OnProgress } from './modelFiles.js';

/** A face in a picture and what it shows. */
export interface FaceReading {
	/** In parts of the picture's width and height; it may reach beyond 0 and 1. */
	readonly box: Box;
	/** By emotion; they sum to 1. */
	readonly probabilities: Readonly<Record<Emotion, number>>;
	/** Where the network looked, if that was asked for. */
	readonly attention?: AttentionMap;
}

/** How a picture is read. */
export interface ReadOptions {
	/** Adds where the network looked. */
	readonly attention: boolean;
	/** Swaps left and right first, as the picture is shown. */
	readonly isMirror: boolean;
	/** Whether it is one of many: then faces are found as fast as can be, and else as well as can be. */
	readonly isLive: boolean;
}

/** The fast one; and those for photos, as lib's `openPhotoDetector` has them. */
const DETECTORS = { live: ['tiny'], photo: ['ssd', 'tiny'] } as const;

/** Finds faces and reads them, on one backend at a time. It lives in a worker, so that the page stays awake. */
export class FaceReader {
	private readonly canvas = new OffscreenCanvas(1, 1);
	private site = '';
	private artifacts?: tf.io.ModelArtifacts;
	private finder?: FaceFinder;
	private model?: EmotionModel;
	/** What was asked for last: a picture is never read while the backend changes. */
	private turn: Promise<unknown> = Promise.resolve();

	/**
	 * Fetches the model: each backend loads it from memory.
	 * @param site The address of the page's folder.
	 * @throws {Error} If the server does not send it.
	 */
	async load(site: string, onProgress: OnProgress): Promise<void> {
		this.site = site;
		this.artifacts = await fetchModel(site, onProgress);
	}

	listBackends(): Promise<BackendOption[]> {
		return listBackends();
	}

	/**
	 * Takes another backend, and lets it read a blank picture: its first one takes seconds on some.
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
	 * @param picture It is closed afterwards.
	 * @returns The faces, the largest first; none before a backend is there.
	 */
	read(picture: ImageBitmap, { attention, isMirror, isLive }: ReadOptions): Promise<FaceReading[]> {
		return this.inTurn(async () => {
			const { finder, model } = this;
			const pixels = this.pixelsOf(picture, isMirror);
			picture.close();
			if (!finder || !model) return [];
			const readings: FaceReading[] = [];
			for (const { box } of await finder.find(pixels, DETECTORS[isLive ? 'live' : 'photo'])) {
				const { probabilities, attention: map } = await model.predict(pixels, { box, attention });
				readings.push({ box: partOf(box, pixels), probabilities, attention: map });
			}
			return readings;
		});
	}

	private pixelsOf(picture: ImageBitmap, isMirror: boolean): ImageData {
		const { width, height } = picture;
		Object.assign(this.canvas, { width, height });
		const context = this.canvas.getContext('2d', { willReadFrequently: true });
		if (!context) throw new Error('the browser has no memory left for a picture');
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
 * Does work that may never end: some of tfjs's backends tell nobody but the browser that the graphics card has failed.
 * @throws {Error} What went wrong, in the work or beside it.
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

/** A box in pixels as one in parts of a picture. */
function partOf({ left, top, width, height }: Box, picture: { readonly width: number; readonly height: number }): Box {
	const [x, y] = [1 / picture.width, 1 / picture.height];
	return { left: left * x, top: top * y, width: width * x, height: height * y };
}
