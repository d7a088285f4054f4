import { explain } from '../evaluation/attention/explain';
import { type StoredReading, storeFace } from './dataSummary';
import type { Evaluation } from '../evaluation/evaluate';
import { argmaxRows } from '../evaluation/metrics';
import type { Run } from '../training/run';

/** A test face, what it was taken for, and which places spoke for that. */
export interface AttentionExample extends StoredReading {
	/** `[height, width]` in row-major order, 0 to 1; see `explain`. */
	readonly map: { readonly values: readonly number[]; readonly height: number; readonly width: number };
}

/** Of each emotion, so many faces that were named rightly, and so many that were not. */
const EACH = 3;

/**
 * Picks of each emotion the test faces of which the network was most sure, right ones and wrong ones, and asks where it
 * looked.
 */
export function attentionExamples(
	{ dataset, split, classifier, backbone, config }: Run,
	{ trueLabels, tta }: Evaluation,
): AttentionExample[] {
	const classes = dataset.emotions.length;
	const predicted = argmaxRows(tta.probabilities, classes);
	const confidence = (row: number) => tta.probabilities[row * classes + predicted[row]];
	const rows = [...trueLabels.keys()].sort((a, b) => confidence(b) - confidence(a));
	const chosen = dataset.emotions.flatMap((_, label) => {
		const ofClass = rows.filter((row) => trueLabels[row] === label);
		const right = ofClass.filter((row) => predicted[row] === label);
		const wrong = ofClass.filter((row) => predicted[row] !== label);
		return [...right.slice(0, EACH), ...wrong.slice(0, EACH)];
	});
	const indices = chosen.map((row) => split.test[row]);
	const input = { dataset, indices, imageSize: config.imageSize, normalization: backbone.normalization };
	const answers = chosen.map((row) => predicted[row]);
	return explain(classifier.model, input, answers).map((map, i) => ({
		...storeFace(dataset, indices[i]),
		predictedLabel: answers[i],
		confidence: confidence(chosen[i]),
		// Three digits are more than an eye tells apart.
		map: { ...map, values: Array.from(map.values, (value) => Number(value.toFixed(3))) },
	}));
}
