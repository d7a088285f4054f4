import type { Config } from '../config';
import { calibration } from './calibration';
import {
	argmaxRows,
	type ClassificationReport,
	type ClassMetrics,
	classificationReport,
	type LabelPairs,
} from './metrics';
import { type BootstrapOptions, bootstrapIntervals, type ScoreIntervals } from './statistics';

/** The scores of predictions, as `metrics.json` stores them. */
export interface Scores extends Pick<ClassificationReport, 'accuracy' | 'macroF1' | 'confusionMatrix'> {
	/** 95 % bootstrap intervals. */
	readonly intervals: ScoreIntervals;
	/** 0 to 1, with 15 bins; see `calibration`. */
	readonly expectedCalibrationError: number;
	/** By emotion. */
	readonly perClass: Readonly<Record<string, ClassMetrics>>;
}

/** The scores of a trained network on a part of its data: without test-time augmentation, and with it in `tta`. */
export interface TestScores extends Scores {
	readonly protocol: Config['protocol'];
	/** Sizes of the parts. */
	readonly split: Readonly<Record<'train' | 'validation' | 'test', number>>;
	/** Images scored. */
	readonly n: number;
	readonly seed: number;
	readonly dataset: { readonly name: string; readonly drawn: boolean; readonly fingerprint: string };
	readonly backbone: string;
	/** Scores with test-time augmentation. */
	readonly tta: Scores & { readonly views: string; readonly average: string };
	/** Gain from test-time augmentation, by paired bootstrap. */
	readonly gain: ScoreIntervals;
	/** Scores on the images that have no exact copy among the training images. */
	readonly withoutCopies: Scores & { readonly n: number; readonly tta: Scores };
}

/** Probabilities `[n, classes]` with the true labels and the names of the classes. */
interface Predictions extends Pick<LabelPairs, 'trueLabels' | 'macroLabels'> {
	readonly probabilities: Float32Array;
	readonly emotions: readonly string[];
}

/** Scores predictions; `bootstrap` holds the seed, and groups of images whose errors are correlated. */
export function scoresOf(predictions: Predictions, bootstrap: BootstrapOptions): Scores {
	const { trueLabels, probabilities, emotions, macroLabels } = predictions;
	const classes = emotions.length;
	const labels = { trueLabels, predictedLabels: argmaxRows(probabilities, classes), classes, macroLabels };
	const { accuracy, macroF1, perClass, confusionMatrix } = classificationReport(labels);
	return {
		accuracy,
		macroF1,
		intervals: bootstrapIntervals(labels, bootstrap),
		expectedCalibrationError: calibration({ probabilities, trueLabels, classes }).expectedCalibrationError,
		perClass: Object.fromEntries(emotions.map((emotion, label) => [emotion, perClass[label]])),
		confusionMatrix,
	};
}
