import type { Box } from '../../lib/data/rawImage.js';
import type { Emotion } from '../../lib/emotions.js';
import type { AttentionMap } from '../../lib/evaluation/attention/attentionMap.js';
import type { ImageSource } from './imagePixels.js';

/** How a face is looked at. */
export interface PredictOptions {
	/** The face's part of the image in pixels; all of the image by default. Faces are not looked for. */
	readonly box?: Box;
	/** Averages six views of the face (three zooms, each mirrored): a little better, six times the work. Default false. */
	readonly tta?: boolean;
	/** Also tells where the network looked, in the face as it is. Default false. */
	readonly attention?: boolean;
}

/** What a face shows. */
export interface EmotionPrediction {
	/** The most likely emotion. */
	readonly emotion: Emotion;
	/** By emotion; they sum to 1. */
	readonly probabilities: Readonly<Record<Emotion, number>>;
	/** Where in the box the network saw what speaks for the emotion (LayerCAM), where it was asked for. */
	readonly attention?: AttentionMap;
}

/** A network that tells which emotion a face shows. */
export interface EmotionModel {
	/** In the order of FER2013's labels. */
	readonly emotions: readonly Emotion[];
	/**
	 * Tells which emotion a face shows, on the backend that tfjs has.
	 * @param image In the browser an image, video, canvas or bitmap; everywhere `{ pixels, width, height }`.
	 * @throws {TypeError | RangeError} If the image has no pixels, or the box no area.
	 */
	predict(image: ImageSource, options?: PredictOptions): Promise<EmotionPrediction>;
	/** Frees the network's memory. */
	dispose(): void;
}
