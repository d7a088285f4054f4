import type { Config, TtaConfig } from '../config';
import { type Dataset, firstCopies, labelsAt } from '../data/dataset';
import { invalidArgument } from '../errors';
import type { OnProgress } from '../progress';
import { calibration } from './calibration';
import {
	argmaxRows,
	type ClassificationReport,
	type ClassMetrics,
	classificationReport,
	type LabelPairs,
	softmaxRows,
} from './metrics';
import { averageViews, predictEachView, type Trained } from './predict';
import { type BootstrapOptions, bootstrapIntervals, pairedBootstrap, type ScoreIntervals } from './statistics';

/** The scores of predictions, as `metrics.json` stores them. */
export interface Scores extends Pick<ClassificationReport, 'accuracy' | 'macroF1' | 'confusionMatrix'> {
	/** Number of classes that the images have; macro F1 is the mean over them. Absent in older files. */
	readonly ways?: number;
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
	readonly dataset: Pick<Dataset, 'name' | 'drawn' | 'fingerprint'>;
	readonly backbone: string;
	readonly tta: Scores & { readonly views: string; readonly average: string };
	/** Gain from test-time augmentation, by paired bootstrap. */
	readonly gain: ScoreIntervals;
	/** Scores on the images that have no exact copy among the training images. */
	readonly withoutCopies: Scores & { readonly n: number; readonly tta: Scores };
}

/** The predictions of a trained network and their scores. */
export interface Evaluation {
	readonly scores: TestScores;
	/** `[n]`, in the order of the indices. */
	readonly trueLabels: Uint8Array;
	/** Probabilities `[n, classes]` without and with test-time augmentation. */
	readonly plain: Float32Array;
	readonly tta: Float32Array;
}

/** The scores of a network on images of any data set, with test-time augmentation. */
export interface CrossScores {
	/** Images scored. */
	readonly n: number;
	/** Labels of the classes that the images have, in ascending order. */
	readonly present: readonly number[];
	/** Predictions among all classes; macro F1 is the mean over those in `present`, like `labels` of scikit-learn. */
	readonly allClasses: Scores;
	/** Predictions from the logits of the classes in `present` alone; absent if the images have all classes. */
	readonly presentClasses?: Scores;
}

/**
 * Evaluates a trained network, without and with test-time augmentation.
 * @param options.indices Images of the data set. Default: the test part.
 * @param options.views Views of test-time augmentation; `single` for none. Default: the config's, as is `average`.
 * @example
 * ```ts
 * const { scores } = await fer.evaluate(run, { views: 'single' });
 * fer.formatScores(scores); // accuracy and macro F1 on the test part, with 95 % intervals
 * const validation = await fer.evaluate(run, { indices: run.split.validation });
 * ```
 */
export async function evaluate(
	trained: Trained,
	options: Partial<TtaConfig> & { readonly indices?: ArrayLike<number>; readonly onProgress?: OnProgress } = {},
): Promise<Evaluation> {
	const { config, dataset, split, classifier, backbone } = trained;
	const { indices = split.test, views = config.tta.views, average = config.tta.average, onProgress } = options;
	const { name, drawn, fingerprint, emotions } = dataset;
	const { imageSize, protocol, seed } = config;
	const classes = emotions.length;
	const trueLabels = labelsAt(dataset, indices);
	const network = { backbone, imageSize, views, onProgress, stage: 'Test' };
	const logits = await predictEachView(classifier.model, dataset, indices, network);
	// The first of the named views is the unchanged image.
	const plain = softmaxRows(logits[0], classes);
	const tta = averageViews(logits, classes, average);
	const [before, after] = [plain, tta].map((probabilities) => argmaxRows(probabilities, classes));
	const kept = withoutCopy(trained, indices);
	const keptLabels = trueLabels.filter((_, row) => kept[row]);
	const all = (probabilities: Float32Array) => scoresOf({ trueLabels, probabilities, emotions }, { seed });
	const withoutCopies = (values: Float32Array) => {
		const probabilities = values.filter((_, place) => kept[Math.floor(place / classes)]);
		return scoresOf({ trueLabels: keptLabels, probabilities, emotions }, { seed });
	};
	const scores = {
		protocol,
		split: { train: split.train.length, validation: split.validation.length, test: split.test.length },
		n: indices.length,
		seed,
		dataset: { name, drawn, fingerprint },
		backbone: backbone.name,
		...all(plain),
		tta: { ...all(tta), views, average },
		gain: pairedBootstrap({ trueLabels, before, after, classes }, { seed }),
		withoutCopies: { n: keptLabels.length, ...withoutCopies(plain), tta: withoutCopies(tta) },
	};
	return { scores, trueLabels, plain, tta };
}

/** Returns, for each index, whether its image has no exact copy among the training images. */
function withoutCopy({ dataset, split }: Trained, indices: ArrayLike<number>): boolean[] {
	const copyOf = firstCopies(dataset);
	const trained = new Set(Array.from(split.train, (index) => copyOf[index]));
	return Array.from(indices, (index) => !trained.has(copyOf[index]));
}

/** A trained network for any data set: of its own, only the classes are needed. */
export interface Network extends Pick<Trained, 'config' | 'backbone' | 'classifier'> {
	readonly dataset: Pick<Dataset, 'emotions'>;
}

/**
 * Evaluates a trained network on images of any data set, with its own test-time augmentation. Sets without images of some
 * classes, such as CK+48 without neutral, are also scored among their own classes only.
 * @param options.groups `[size of the data set]`: images with the same number, such as one person's, are resampled together.
 * @param options.stage Name of the work in progress reports. Default `Test on` and the data set's name.
 * @throws {RangeError} If the data set's classes differ from the network's, or `indices` is empty.
 * @example
 * ```ts
 * const { n, present, allClasses } = await fer.evaluateOn(run, dataset, [0, 1, 2]);
 * allClasses.accuracy; // on n = 3 faces, whose labels are in present
 * ```
 */
export async function evaluateOn(
	{ config, dataset: own, backbone, classifier }: Network,
	dataset: Dataset,
	indices: ArrayLike<number>,
	options: { readonly groups?: ArrayLike<number>; readonly onProgress?: OnProgress; readonly stage?: string } = {},
): Promise<CrossScores> {
	const { groups, onProgress, stage = `Test on ${dataset.name}` } = options;
	const { emotions } = dataset;
	const n = indices.length;
	if (emotions.join() !== own.emotions.join()) {
		throw invalidArgument('dataset.emotions', `the classes of the network (${own.emotions})`, emotions);
	}
	if (n === 0) throw invalidArgument('indices', 'at least one image', 'none');
	const { imageSize, seed } = config;
	const { views, average } = config.tta;
	const network = { backbone, imageSize, onProgress, views, stage };
	const logits = await predictEachView(classifier.model, dataset, indices, network);
	const trueLabels = labelsAt(dataset, indices);
	const bootstrap = { seed, groups: groups && Uint32Array.from(indices, (index) => groups[index]) };
	const present = [...new Set(trueLabels)].sort((a, b) => a - b);
	const probabilities = averageViews(logits, emotions.length, average);
	const allClasses = scoresOf({ trueLabels, probabilities, emotions, macroLabels: present }, bootstrap);
	if (present.length === emotions.length) return { n, present, allClasses };
	const presentLogits = logits.map((view) => view.filter((_, place) => present.includes(place % emotions.length)));
	const presentPredictions = {
		trueLabels: trueLabels.map((label) => present.indexOf(label)),
		probabilities: averageViews(presentLogits, present.length, average),
		emotions: present.map((label) => emotions[label]),
	};
	return { n, present, allClasses, presentClasses: scoresOf(presentPredictions, bootstrap) };
}

/** Probabilities `[n, classes]` with the true labels and the names of the classes. */
interface Predictions extends Pick<LabelPairs, 'trueLabels' | 'macroLabels'> {
	readonly probabilities: Float32Array;
	readonly emotions: readonly string[];
}

function scoresOf(predictions: Predictions, bootstrap: BootstrapOptions): Scores {
	const { trueLabels, probabilities, emotions, macroLabels } = predictions;
	const classes = emotions.length;
	const labels = { trueLabels, predictedLabels: argmaxRows(probabilities, classes), classes, macroLabels };
	const { accuracy, macroF1, perClass, confusionMatrix } = classificationReport(labels);
	return {
		accuracy,
		macroF1,
		ways: new Set(Array.from(trueLabels)).size,
		intervals: bootstrapIntervals(labels, bootstrap),
		expectedCalibrationError: calibration({ probabilities, trueLabels, classes }).expectedCalibrationError,
		perClass: Object.fromEntries(emotions.map((emotion, label) => [emotion, perClass[label]])),
		confusionMatrix,
	};
}
