import type { Box } from '../../lib/data/rawImage.js';
import type { AttentionMap } from '../../lib/evaluation/attention/attentionMap.js';
import type { Emotion } from './emotion.js';
import type { ImageSource } from './imagePixels.js';

/** Options of a prediction, for any number of faces. */
export interface PredictAllOptions {
	/** Averages six views of the face (three zooms, each mirrored): slightly more accurate, six times the work. Default false. */
	readonly tta?: boolean;
	/** Adds a map of the evidence for the emotion. Default false. */
	readonly attention?: boolean;
}

/** Options of a prediction. */
export interface PredictOptions extends PredictAllOptions {
	/** Where the face is, in pixels. Default: the whole image. Faces are not detected. */
	readonly box?: Box;
}

/** A predicted emotion. */
export interface EmotionPrediction {
	/** The most likely emotion: the name of a class. */
	readonly emotion: Emotion;
	/** Probability of each emotion; they sum to 1. */
	readonly probabilities: Readonly<Record<Emotion, number>>;
	/** Evidence for the emotion inside the box (LayerCAM), if requested. */
	readonly attention?: AttentionMap;
}

/** A network that classifies facial expressions. */
export interface EmotionModel {
	/** Its classes, in the order of its outputs. */
	readonly emotions: readonly Emotion[];
	/** Height, width and channels (1 grey, 3 RGB) of the faces that it takes; `predict` crops and converts them. */
	readonly inputShape: readonly [height: number, width: number, channels: number];
	/**
	 * Predicts the emotion that a face shows, on the current tfjs backend.
	 * @param image `{ pixels, width, height }`, a tensor `[height, width, channels]`, or, in browsers, an image, video,
	 *   canvas or bitmap. Values are from 0 to 255.
	 * @throws {TypeError | RangeError} If it is not such an image, or the box is not in pixels, not on the image or huge.
	 * @throws {NotFiniteError} If the network returns NaN or infinite values.
	 * @throws {Error} After `dispose`.
	 */
	predict(image: ImageSource, options?: PredictOptions): Promise<EmotionPrediction>;
	/**
	 * Predicts the emotions of several faces in one image, in one batch: the same answers as one by one, in less time.
	 * @param boxes Where the faces are, in pixels of the image.
	 * @returns One prediction for each box.
	 * @throws As `predict`; nothing is predicted if one of the boxes is refused.
	 */
	predictAll(image: ImageSource, boxes: readonly Box[], options?: PredictAllOptions): Promise<EmotionPrediction[]>;
	/** Frees the weights; calls of `predict` that have started still finish, except those with a tensor. */
	dispose(): void;
}
