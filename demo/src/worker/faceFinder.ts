import * as tf from '@tensorflow/tfjs';
import * as faceApi from '@vladmandic/face-api/dist/face-api.esm-nobundle.js';
import { DETECTORS, type DetectedFace, type DetectorName, type FaceApi } from '../../../lib/photos/faceApi.js';
import { frame } from '../../../lib/photos/framing.js';
import { unexpected } from '../siteFile.js';

/** Most faces that are read: the time grows with each. */
const MOST = 8;
const api = faceApi as unknown as FaceApi;

/** Finds faces in pictures with face-api's detectors, on the tfjs backend that is current when they load. */
export class FaceFinder {
	/** URL of the folder with their weights. */
	private readonly folder: string;
	private readonly loading = new Map<DetectorName, Promise<void>>();

	/** @param site URL of the page's folder. */
	constructor(site: string) {
		this.folder = new URL('detectors', site).href;
		setEnvironment();
	}

	/**
	 * Finds faces.
	 * @param detectors Detectors to try in order until one finds a face; each is loaded on first use.
	 * @returns The largest faces.
	 * @throws {Error} If the server does not send the weights.
	 */
	async find(picture: ImageData, detectors: readonly DetectorName[]): Promise<DetectedFace[]> {
		const pixels = tf.browser.fromPixels(picture);
		try {
			for (const name of detectors) {
				const faces = await this.detect(name, pixels);
				if (faces.length > 0) return faces.sort((a, b) => b.box.width - a.box.width).slice(0, MOST);
			}
			return [];
		} finally {
			pixels.dispose();
		}
	}

	/** Frees the detectors' weights. */
	dispose(): void {
		for (const name of this.loading.keys()) api.nets[DETECTORS[name].net].dispose(false);
		this.loading.clear();
	}

	private async detect(name: DetectorName, pixels: tf.Tensor3D): Promise<DetectedFace[]> {
		const { net, options, framing } = DETECTORS[name];
		let loading = this.loading.get(name);
		if (!loading) {
			loading = api.nets[net].loadFromUri(this.folder).catch((error: Error) => {
				throw unexpected(`detectors/${net}`, `an error (${error.message})`);
			});
			this.loading.set(name, loading);
			// So that the next call tries again.
			loading.catch(() => this.loading.delete(name));
		}
		await loading;
		const found = await api.detectAllFaces(pixels, options(api));
		return found.map(({ box, score }) => ({ box: frame(box, framing), detection: score }));
	}
}

/** Sets face-api's environment: it detects pages and Node, but not workers. Here it only fetches and takes tensors. */
function setEnvironment(): void {
	const none = class {};
	const kinds = { Canvas: OffscreenCanvas, CanvasRenderingContext2D: none, Image: none, ImageData, Video: none };
	const environment: object = { ...kinds, fetch: fetch.bind(globalThis) };
	faceApi.env.setEnv(environment as Parameters<typeof faceApi.env.setEnv>[0]);
}
