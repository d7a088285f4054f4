import { argmaxRows } from '../../lib/evaluation/metrics';

/** Answers to the same images: probabilities `[images, classes]` in row-major order. */
interface Answers {
	/** Of the exported model. */
	readonly probabilities: Float32Array;
	/** Of the model that was exported. */
	readonly expected: Float32Array;
	readonly trueLabels: ArrayLike<number>;
}

/** How many labels are correct. */
export function scoreOf({ probabilities, trueLabels }: Pick<Answers, 'probabilities' | 'trueLabels'>) {
	const labels = argmaxRows(probabilities, probabilities.length / trueLabels.length);
	const correct = labels.filter((label, image) => label === trueLabels[image]).length;
	return { accuracy: correct / trueLabels.length, correct };
}

/** Scores an exported model and compares it with the original: the share of equal labels, the largest difference. */
export function compareAnswers({ probabilities, expected, trueLabels }: Answers) {
	if (probabilities.length !== expected.length) {
		throw new Error(`${probabilities.length} probabilities instead of ${expected.length}`);
	}
	const classes = expected.length / trueLabels.length;
	const others = argmaxRows(expected, classes);
	const equal = argmaxRows(probabilities, classes).filter((label, image) => label === others[image]).length;
	const differences = probabilities.map((value, i) => Math.abs(value - expected[i]));
	return {
		...scoreOf({ probabilities, trueLabels }),
		equalLabels: equal / trueLabels.length,
		largestDifference: differences.reduce((largest, each) => Math.max(largest, each), 0),
	};
}
