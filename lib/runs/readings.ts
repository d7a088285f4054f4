import { explain } from '../evaluation/attention/explain';
import type { Trained } from '../evaluation/evaluate';
import { type Prediction, rankByConfidence } from '../evaluation/metrics';
import { type StoredFace, storeFace } from './dataSummary';

/** A test face and its predicted label. */
export interface StoredReading extends StoredFace {
	readonly predictedLabel: number;
	readonly confidence: number;
}

/** A test face, its predicted label, and the regions that support it. */
export interface AttentionExample extends StoredReading {
	/** `[height, width]` in row-major order, 0 to 1; see `explain`. */
	readonly map: { readonly values: readonly number[]; readonly height: number; readonly width: number };
}

const MISTAKES = 18;
/** Correct and wrong predictions shown of each emotion. */
const EACH = 3;

/** Ranks the predictions of the test part, most confident first, with their true labels. */
function rankTest({ dataset, split }: Trained, probabilities: Float32Array) {
	const ranked = rankByConfidence(probabilities, dataset.emotions.length);
	return ranked.map((prediction) => {
		const label = dataset.labels[split.test[prediction.row]];
		return { ...prediction, label, isCorrect: prediction.predictedLabel === label };
	});
}

function store({ dataset, split }: Trained, { row, predictedLabel, confidence }: Prediction): StoredReading {
	return { ...storeFace(dataset, split.test[row]), predictedLabel, confidence };
}

/**
 * Picks the most confident wrong predictions of the test part.
 * @param probabilities `[test images, classes]`.
 */
export function confidentMistakes(trained: Trained, probabilities: Float32Array): StoredReading[] {
	const wrong = rankTest(trained, probabilities).filter(({ isCorrect }) => !isCorrect);
	return wrong.slice(0, MISTAKES).map((prediction) => store(trained, prediction));
}

/**
 * Picks the most confident correct and wrong predictions of each emotion, with attention maps.
 * @param probabilities `[test images, classes]`.
 */
export function attentionExamples(trained: Trained, probabilities: Float32Array): AttentionExample[] {
	const { dataset, classifier, backbone, config } = trained;
	const ranked = rankTest(trained, probabilities);
	const chosen = dataset.emotions.flatMap((_, emotion) =>
		[true, false].flatMap((correct) =>
			ranked.filter(({ label, isCorrect }) => label === emotion && isCorrect === correct).slice(0, EACH),
		),
	);
	const readings = chosen.map((prediction) => store(trained, prediction));
	const indices = readings.map(({ index }) => index);
	const input = { dataset, indices, imageSize: config.imageSize, normalization: backbone.normalization };
	const classes = readings.map(({ predictedLabel }) => predictedLabel);
	return explain(classifier.model, input, classes).map((map, i) => ({
		...readings[i],
		// Three digits are more than the eye can distinguish.
		map: { ...map, values: Array.from(map.values, (value) => Number(value.toFixed(3))) },
	}));
}
