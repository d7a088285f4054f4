import { firstCopies } from '../data/duplicates';
import type { OnProgress } from '../progress';
import type { tf } from '../tensorflow/tf';
import type { Run } from '../training/run';
import { argmaxRows, type ClassificationReport, classificationReport, softmaxRows } from './metrics';
import {
	type BootstrapOptions,
	bootstrapIntervals,
	calibration,
	pairedBootstrap,
	type ScoreIntervals,
} from './statistics';
import { averageViews, predictEachView, VIEWS } from './tta';

/** A trained network and what it is judged on: a run, or a model that was loaded. */
export interface Trained extends Pick<Run, 'config' | 'dataset' | 'split' | 'backbone'> {
	readonly classifier: { readonly model: tf.LayersModel };
}

/** What a network gives on the test images. */
export interface Evaluation {
	/** True labels of the test images, in the order of `split.test`. */
	readonly trueLabels: Uint8Array;
	/** One view an image. */
	readonly plain: EvaluatedViews;
	/** The average of several views. */
	readonly tta: EvaluatedViews;
	/** From `plain` to `tta` on the same images: paired bootstrap. */
	readonly gain: ScoreIntervals;
	/** The same for the test images that have no exact copy among the training images. */
	readonly withoutCopies: { readonly n: number } & Readonly<Record<'plain' | 'tta', EvaluatedViews>>;
}

/** Predictions and what they are worth. */
export interface EvaluatedViews {
	/** `[n, classes]`, rows sum to 1. */
	readonly probabilities: Float32Array;
	readonly report: ClassificationReport;
	/** How far confidence and hits lie apart; see `calibration`. */
	readonly expectedCalibrationError: number;
	/** Bootstrap intervals, 95 %. */
	readonly intervals: ScoreIntervals;
}

/** Predicts all test images, without and with test-time augmentation. */
export async function evaluate(trained: Trained, onProgress?: OnProgress): Promise<Evaluation> {
	const { config, dataset, split, classifier, backbone } = trained;
	const classes = dataset.emotions.length;
	const trueLabels = Uint8Array.from(split.test, (index) => dataset.labels[index]);
	const options = { backbone, imageSize: config.imageSize, onProgress, views: VIEWS[config.tta.views], stage: 'Test' };
	const logits = await predictEachView(classifier.model, dataset, split.test, options);
	// The first view of every list is the image as it is.
	const single = softmaxRows(logits[0], classes);
	const several = averageViews(logits, classes, config.tta.average);
	const judge = (probabilities: Float32Array, labels = trueLabels) =>
		judgeViews(labels, probabilities, { seed: config.seed });
	const [before, after] = [single, several].map((probabilities) => argmaxRows(probabilities, classes));
	const gain = pairedBootstrap({ trueLabels, before, after, classes }, { seed: config.seed });
	const rows = rowsWithoutCopies(trained);
	const kept = Uint8Array.from(rows, (row) => trueLabels[row]);
	const [plainKept, ttaKept] = [single, several].map((all) => judge(takeRows(all, rows, classes), kept));
	const withoutCopies = { n: rows.length, plain: plainKept, tta: ttaKept };
	return { trueLabels, plain: judge(single), tta: judge(several), gain, withoutCopies };
}

/**
 * Says what predictions are worth.
 * @param probabilities `[n, classes]`, rows sum to 1.
 * @param bootstrap Seed, and groups by image where images belong together.
 * @param macroLabels The labels whose F1 are averaged. Default all.
 */
export function judgeViews(
	trueLabels: Uint8Array,
	probabilities: Float32Array,
	bootstrap: BootstrapOptions,
	macroLabels?: readonly number[],
): EvaluatedViews {
	const classes = probabilities.length / trueLabels.length;
	const labels = { trueLabels, predictedLabels: argmaxRows(probabilities, classes), classes, macroLabels };
	const { expectedCalibrationError } = calibration({ probabilities, trueLabels, classes });
	return {
		probabilities,
		report: classificationReport(labels),
		expectedCalibrationError,
		intervals: bootstrapIntervals(labels, bootstrap),
	};
}

/** Which of the test images have no exact copy among the training images, by their place in `split.test`. */
function rowsWithoutCopies({ dataset, split }: Trained): number[] {
	const copyOf = firstCopies(dataset);
	const trained = new Set(Array.from(split.train, (index) => copyOf[index]));
	return [...split.test.keys()].filter((row) => !trained.has(copyOf[split.test[row]]));
}

function takeRows(values: Float32Array, rows: readonly number[], columns: number): Float32Array {
	const taken = new Float32Array(rows.length * columns);
	rows.forEach((row, i) => {
		taken.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
	});
	return taken;
}
