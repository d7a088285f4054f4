import type { Config, TtaConfig } from '../config';
import { type Dataset, firstCopies, labelsAt } from '../data/dataset';
import type { Split } from '../data/split';
import type { Backbone } from '../model/backbones/backbone';
import type { OnProgress } from '../progress';
import type { tf } from '../tensorflow/tf';
import { argmaxRows, softmaxRows } from './metrics';
import { scoresOf, type TestScores } from './scores';
import { pairedBootstrap } from './statistics';
import { averageViews, predictEachView } from './tta';

/** A trained network with its settings and data: a run, or a stored model with its data set. */
export interface Trained {
	readonly config: Config;
	readonly dataset: Dataset;
	readonly split: Split;
	readonly backbone: Backbone;
	/** `model` maps images, normalised for the backbone, to logits. */
	readonly classifier: { readonly model: tf.LayersModel };
}

/** Options of `evaluate`. */
export interface EvaluateOptions extends Partial<TtaConfig> {
	/** Images of the data set. Default: the test part. */
	readonly indices?: ArrayLike<number>;
	readonly onProgress?: OnProgress;
}

/** The predictions of a trained network and their scores. */
export interface Evaluation {
	readonly scores: TestScores;
	/** `[n]`, in the order of the indices. */
	readonly trueLabels: Uint8Array;
	/** Probabilities `[n, classes]` without test-time augmentation. */
	readonly plain: Float32Array;
	/** Probabilities `[n, classes]` with test-time augmentation. */
	readonly tta: Float32Array;
}

/**
 * Evaluates a trained network, without and with test-time augmentation.
 * @param options.views Views of test-time augmentation; `single` for none. Default: the config's, as is `average`.
 * @example
 * ```ts
 * const { scores } = await fer.evaluate(run, { views: 'single' });
 * fer.formatScores(scores); // accuracy and macro F1 on the test part, with 95 % intervals
 * const validation = await fer.evaluate(run, { indices: run.split.validation });
 * ```
 */
export async function evaluate(trained: Trained, options: EvaluateOptions = {}): Promise<Evaluation> {
	const { config, dataset, split, classifier, backbone } = trained;
	const { indices = split.test, views = config.tta.views, average = config.tta.average, onProgress } = options;
	const { emotions } = dataset;
	const { imageSize, protocol, seed } = config;
	const classes = emotions.length;
	const trueLabels = labelsAt(dataset, indices);
	const network = { backbone, imageSize, views, onProgress, stage: 'Test' };
	const logits = await predictEachView(classifier.model, dataset, indices, network);
	// The first of the named views is the unchanged image.
	const plain = softmaxRows(logits[0], classes);
	const tta = averageViews(logits, classes, average);
	const [before, after] = [plain, tta].map((probabilities) => argmaxRows(probabilities, classes));
	const rows = rowsWithoutCopies(trained, indices);
	const kept = Uint8Array.from(rows, (row) => trueLabels[row]);
	const all = (probabilities: Float32Array) => scoresOf({ trueLabels, probabilities, emotions }, { seed });
	const withoutCopies = (probabilities: Float32Array) =>
		scoresOf({ trueLabels: kept, probabilities: takeRows(probabilities, rows, classes), emotions }, { seed });
	const scores = {
		protocol,
		split: { train: split.train.length, validation: split.validation.length, test: split.test.length },
		n: indices.length,
		seed,
		dataset: { name: dataset.name, drawn: dataset.drawn, fingerprint: dataset.fingerprint },
		backbone: backbone.name,
		...all(plain),
		tta: { ...all(tta), views, average },
		gain: pairedBootstrap({ trueLabels, before, after, classes }, { seed }),
		withoutCopies: { n: rows.length, ...withoutCopies(plain), tta: withoutCopies(tta) },
	};
	return { scores, trueLabels, plain, tta };
}

/** Lists the rows of `indices` whose image has no exact copy among the training images. */
function rowsWithoutCopies({ dataset, split }: Trained, indices: ArrayLike<number>): number[] {
	const copyOf = firstCopies(dataset);
	const trained = new Set(Array.from(split.train, (index) => copyOf[index]));
	return [...Array(indices.length).keys()].filter((row) => !trained.has(copyOf[indices[row]]));
}

function takeRows(values: Float32Array, rows: readonly number[], columns: number): Float32Array {
	return Float32Array.from(rows.flatMap((row) => [...values.subarray(row * columns, (row + 1) * columns)]));
}
