import { makeDataset } from '../data/dataset';
import type { Box, RawImage } from '../data/rawImage';
import { DataError } from '../errors';
import type { AttentionMap } from '../evaluation/attention/attentionMap';
import { explain } from '../evaluation/attention/explain';
import { argmaxRows } from '../evaluation/metrics';
import { predictViews, VIEWS } from '../evaluation/tta';
import { backbone as backboneOf } from '../model/backbones/registry';
import { classifierOf } from '../model/exportModel';
import { readStoredModel } from '../runs/storedModel';
import { type FaceDetector, openPhotoDetector } from './detector';
import { cropFace, FACE_SIDE } from './faceCrop';

/** A face in a photo and what it shows. */
export interface FaceReading {
	/** The part of the photo that the network saw, in pixels. */
	readonly box: Box;
	/** How sure the detector is that this is a face, 0 to 1; 1 where none was asked. */
	readonly detection: number;
	/** The most likely emotion. */
	readonly emotion: string;
	/** By emotion, in the recognizer's order; they sum to 1. */
	readonly probabilities: readonly number[];
	/** Where the network looked, where it was asked for. */
	readonly attention?: AttentionMap;
}

/** How a photo is read. */
export interface RecognizeOptions {
	/** False: the whole photo is a face already cut out. Default true. */
	readonly detect?: boolean;
	/** Averages several views of each face, as the model's config says. Default false. */
	readonly tta?: boolean;
	/** Adds which places spoke for the most likely emotion. Default false. */
	readonly attention?: boolean;
}

/** Reads emotions from photos. */
export interface Recognizer {
	readonly emotions: readonly string[];
	/** Reads every face in a photo, from left to right; an empty list where no face is found. */
	recognize(photo: RawImage, options?: RecognizeOptions): Promise<FaceReading[]>;
	dispose(): void;
}

/**
 * Opens a trained model for photos; the detector is loaded with the first photo that needs it.
 * @param folder One of `models/`, or the folder `model` of a finished run.
 * @throws {DataError} If its files are missing or damaged, or it does not take grey faces of 48 x 48 pixels.
 */
export async function openRecognizer(folder: string): Promise<Recognizer> {
	const { model, metrics } = await readStoredModel(folder);
	const shape = model.inputs[0].shape.slice(1);
	if (String(shape) !== String([FACE_SIDE, FACE_SIDE, 1])) {
		const remedy = 'Take a model trained on FER2013.';
		throw new DataError('a model for 48 x 48 grey pixels', folder, `one for ${shape.join(' x ')}`, remedy);
	}
	const { config } = metrics;
	const backbone = backboneOf(config.backbone);
	const emotions = (model.getUserDefinedMetadata() as { emotions: string[] }).emotions;
	const classifier = classifierOf(model);
	const input = { imageSize: config.imageSize, normalization: backbone.normalization };
	let detector: Promise<FaceDetector> | undefined;

	async function read(crops: readonly Uint8Array[], { tta = false, attention = false }: RecognizeOptions) {
		const pixels = Uint8Array.from(crops.flatMap((crop) => [...crop]));
		const labels = new Uint8Array(crops.length);
		const dataset = makeDataset({ name: 'photo', shape: [FACE_SIDE, FACE_SIDE, 1], pixels, labels, emotions });
		const views = VIEWS[tta ? config.tta.views : 'single'];
		const options = { backbone, imageSize: config.imageSize, views, average: config.tta.average };
		const indices = [...labels.keys()];
		const rows = await predictViews(classifier, dataset, indices, options);
		const best = [...argmaxRows(rows, emotions.length)];
		const maps = attention ? explain(classifier, { ...input, dataset, indices }, best) : [];
		return crops.map((_, i) => ({
			emotion: emotions[best[i]],
			probabilities: [...rows.subarray(i * emotions.length, (i + 1) * emotions.length)],
			...(attention && { attention: maps[i] }),
		}));
	}

	return {
		emotions,
		async recognize(photo, options = {}) {
			const whole = [{ box: { left: 0, top: 0, width: photo.width, height: photo.height }, detection: 1 }];
			if (options.detect !== false) detector ??= openPhotoDetector();
			const faces = options.detect === false ? whole : await (await (detector as Promise<FaceDetector>)).detect(photo);
			if (faces.length === 0) return [];
			const crops = faces.map(({ box }) => cropFace(photo, box));
			const readings = await read(crops, options);
			return faces.map((face, i) => ({ ...face, ...readings[i] }));
		},
		dispose: () => void model.dispose(),
	};
}
