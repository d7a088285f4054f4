import { VIEWS } from '../augmentation/views';
import { joinBytes, makeDataset } from '../data/dataset';
import type { RawImage } from '../data/rawImage';
import { checkFinite, DataError } from '../errors';
import type { AttentionMap } from '../evaluation/attention/attentionMap';
import { explain } from '../evaluation/attention/explain';
import { argmaxRows } from '../evaluation/metrics';
import { predictViews } from '../evaluation/predict';
import { backbone as backboneOf } from '../model/backbones/registry';
import { classifierOf } from '../model/exportModel';
import { readStoredModel } from '../runs/storedModel';
import { onTensorFlow } from '../tensorflow/tf';
import { type FaceDetector, openPhotoDetector } from './detector';
import type { DetectedFace } from './faceApi';
import { cropFace, fitAspect, isFaceShape } from './faceCrop';

/** A face in a photo and its predicted class; `detection` is 1 if no detector was used. */
export interface FaceReading extends DetectedFace {
	/** One of the recognizer's `emotions`. */
	readonly emotion: string;
	/** In the order of the recognizer's `emotions`. */
	readonly probabilities: readonly number[];
	/** Evidence for the emotion, if requested. */
	readonly attention?: AttentionMap;
}

/** Options of `recognize`. */
interface RecognizeOptions {
	/** False: the whole photo is a face that is already cropped. Default true. */
	readonly detect?: boolean;
	/** Averages several views of each face, as the model's settings define. Default false. */
	readonly tta?: boolean;
	/** Adds a map of the evidence for the most likely emotion. Default false. */
	readonly attention?: boolean;
}

/** Recognises emotions in photos, or whatever a model's classes are. */
export interface Recognizer {
	/** The model's classes. */
	readonly emotions: readonly string[];
	/** Reads every face in a photo, from left to right; returns an empty list if no face is found. */
	recognize(photo: RawImage, options?: RecognizeOptions): Promise<FaceReading[]>;
	dispose(): void;
}

/**
 * Opens a trained model for photos. The detector is loaded with the first photo that needs it.
 *
 * Faces are cropped to the size and channels that the model takes. They are framed as in FER2013 (hairline to below the chin),
 * whatever the model was trained on: a detector cannot know how other data frame their faces. Crop photos as the training
 * data and pass `detect: false` where that differs much.
 * @param folder A folder of `models/`, or `model` of a finished run.
 * @throws {DataError} If its files are missing or damaged or contradict each other, or it does not take grey or RGB images.
 *   `recognize` throws a NotFiniteError if the network's outputs are not finite.
 * @example
 * ```ts
 * const recognizer = await fer.openRecognizer(`${run.folder}/model`);
 * const face = { pixels: dataset.pixels.subarray(0, 48 * 48), width: 48, height: 48, channels: 1 } as const;
 * const [reading] = await recognizer.recognize(face, { detect: false }); // reading.emotion is a string
 * recognizer.dispose();
 * ```
 */
export async function openRecognizer(folder: string): Promise<Recognizer> {
	const { model, about, metrics } = await readStoredModel(folder);
	const shape = model.inputs[0].shape.slice(1);
	if (!isFaceShape(shape)) {
		model.dispose();
		const remedy = 'Use a model that npx fer train wrote.';
		throw new DataError('a model for grey or RGB images', folder, `one for ${shape.join(' x ')}`, remedy);
	}
	const { emotions, imageSize } = about;
	const backbone = backboneOf(about.backbone);
	const { tta: settings } = metrics.config;
	const classifier = classifierOf(model);
	let detector: Promise<FaceDetector> | undefined;
	const openDetector = () => (detector ??= openPhotoDetector());

	return {
		emotions,
		async recognize(photo, { detect = true, tta = false, attention = false } = {}) {
			const whole = { left: 0, top: 0, width: photo.width, height: photo.height };
			const search = async () => (await openDetector()).detect(photo);
			// face-api reads values at once.
			const found = detect ? await onTensorFlow(search) : [{ box: whole, detection: 1 }];
			if (found.length === 0) return [];
			const faces = detect ? found.map((face) => ({ ...face, box: fitAspect(face.box, shape) })) : found;
			const pixels = joinBytes(faces.map(({ box }) => cropFace(photo, box, shape)));
			const labels = new Uint8Array(faces.length);
			const dataset = makeDataset({ name: 'photo', shape, pixels, labels, emotions });
			const indices = [...labels.keys()];
			const views = VIEWS[tta ? settings.views : 'single'];
			const options = { backbone, imageSize, views, average: settings.average };
			const rows = await predictViews(classifier, dataset, indices, options);
			const best = [...argmaxRows(rows, emotions.length)];
			const input = { dataset, indices, imageSize, normalization: backbone.normalization };
			const maps = attention ? await explain(classifier, input, best) : [];
			for (const { values } of maps) checkFinite(values, 'Recognize the photo without attention.');
			return faces.map((face, i) => ({
				...face,
				emotion: emotions[best[i]],
				probabilities: [...rows.subarray(i * emotions.length, (i + 1) * emotions.length)],
				...(attention && { attention: maps[i] }),
			}));
		},
		dispose: () => void model.dispose(),
	};
}
