import type { Dataset } from '../data/dataset';
import { invalidArgument } from '../errors';
import type { OnProgress } from '../progress';
import { type EvaluatedViews, judgeViews, type Trained } from './evaluate';
import { averageViews, predictEachView, VIEWS } from './tta';

/** What a network gives on images of a data set that need not be its own. */
export interface CrossEvaluation {
	/** Labels of the classes that the images have, in ascending order. */
	readonly present: readonly number[];
	/**
	 * The network chooses among all its classes: to name one that the images do not have is a mistake. Macro F1 is the mean
	 * over the classes that they have (scikit-learn's `f1_score(..., labels=present, average='macro')`).
	 */
	readonly allClasses: EvaluatedViews;
	/**
	 * The network chooses among the classes that the images have: the logits of the others are left out of each view before
	 * its softmax. Labels are places in `present`. Absent where the images have all classes.
	 */
	readonly presentClasses?: EvaluatedViews;
}

/** Options of `evaluateOn`. */
export interface EvaluateOnOptions {
	/** `[size of the data set]`: images of one number are one person's, and intervals are over persons. Default: over images. */
	readonly groups?: ArrayLike<number>;
	readonly onProgress?: OnProgress;
	/** What the progress says is being done. Default `Test on` and the data set's name. */
	readonly stage?: string;
}

/**
 * Judges a trained network on images of any data set, with its own test-time augmentation: seven-way and, for sets
 * without neutral such as CK+48, six-way too.
 * @param indices Images of `dataset`.
 * @throws {RangeError} If the data set has other classes than the network, or there is no image.
 */
export async function evaluateOn(
	{ config, dataset: own, backbone, classifier }: Pick<Trained, 'config' | 'dataset' | 'backbone' | 'classifier'>,
	dataset: Dataset,
	indices: ArrayLike<number>,
	{ groups, onProgress, stage = `Test on ${dataset.name}` }: EvaluateOnOptions = {},
): Promise<CrossEvaluation> {
	if (dataset.emotions.join() !== own.emotions.join()) {
		throw invalidArgument('dataset.emotions', `the classes of the network (${own.emotions})`, dataset.emotions);
	}
	if (indices.length === 0) throw invalidArgument('indices', 'at least one image', 'none');
	const classes = dataset.emotions.length;
	const { views, average } = config.tta;
	const options = { backbone, imageSize: config.imageSize, onProgress, views: VIEWS[views], stage };
	const logits = await predictEachView(classifier.model, dataset, indices, options);
	const trueLabels = Uint8Array.from(indices, (index) => dataset.labels[index]);
	const bootstrap = { seed: config.seed, groups: groups && Uint32Array.from(indices, (index) => groups[index]) };
	const present = [...new Set(trueLabels)].sort((a, b) => a - b);
	const allClasses = judgeViews(trueLabels, averageViews(logits, classes, average), bootstrap, present);
	if (present.length === classes) return { present, allClasses };
	const shown = logits.map((view) => pickColumns(view, classes, present));
	const places = trueLabels.map((label) => present.indexOf(label));
	const presentClasses = judgeViews(places, averageViews(shown, present.length, average), bootstrap);
	return { present, allClasses, presentClasses };
}

/** Some columns of `[n, columns]`, as `[n, chosen.length]`. */
function pickColumns(values: Float32Array, columns: number, chosen: readonly number[]): Float32Array {
	const width = chosen.length;
	return Float32Array.from({ length: (values.length / columns) * width }, (_, place) => {
		return values[Math.floor(place / width) * columns + chosen[place % width]];
	});
}
