import * as tf from '@tensorflow/tfjs';
import * as faceApi from '@vladmandic/face-api/dist/face-api.esm-nobundle.js';
import { DETECTORS, type DetectedFace, type DetectorName, type FaceApi, frame } from '../../../lib/photos/faceApi.js';

/** More faces than so are not read: each costs as much again. */
const MOST = 8;
const api = faceApi as unknown as FaceApi;

/** Finds faces in pictures with face-api's detectors, on the backend that tfjs has when they are loaded. */
export class FaceFinder {
	/** The address of the folder with their weights. */
	private readonly folder: string;
	private readonly loading = new Map<DetectorName, Promise<void>>();

	/** @param site The address of the page's folder. */
	constructor(site: string) {
		this.folder = new URL('detectors', site).href;
		settle();
	}

	/**
	 * Finds faces.
	 * @param detectors Which are asked, one after the other, until one finds a face; each is loaded when it is first asked.
	 * @returns The largest faces.
	 * @throws {Error} If the server does not send the weights.
	 */
	async find(picture: ImageData, detectors: readonly DetectorName[]): Promise<DetectedFace[]> {
		const pixels = tf.browser.fromPixels(picture);
		try {
			for (const name of detectors) {
				const faces = await this.ask(name, pixels);
				if (faces.length > 0) return faces.sort((a, b) => b.box.width - a.box.width).slice(0, MOST);
			}
			return [];
		} finally {
			pixels.dispose();
		}
	}

	/** Frees the detectors' memory. */
	dispose(): void {
		for (const name of this.loading.keys()) api.nets[DETECTORS[name].net].dispose(false);
		this.loading.clear();
	}

	private async ask(name: DetectorName, pixels: tf.Tensor3D): Promise<DetectedFace[]> {
		const { net, options, framing } = DETECTORS[name];
		let loading = this.loading.get(name);
		if (!loading) {
			loading = api.nets[net].loadFromUri(this.folder);
			this.loading.set(name, loading);
			// So that it is tried again.
			loading.catch(() => this.loading.delete(name));
		}
		await loading;
		const found = await api.detectAllFaces(pixels, options(api));
		return found.map(({ box, score }) => ({ box: frame(box, framing), detection: score }));
	}
}

/** Tells face-api where it is: it knows pages and Node by itself, but no workers. It only fetches, and gets tensors. */
function settle(): void {
	const none = class {};
	const kinds = { Canvas: OffscreenCanvas, CanvasRenderingContext2D: none, Image: none, ImageData, Video: none };
	const environment: object = { ...kinds, fetch: fetch.bind(globalThis) };
	faceApi.env.setEnv(environment as Parameters<typeof faceApi.env.setEnv>[0]);
}
