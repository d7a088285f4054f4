import { explain } from '../evaluation/attention/explain';
import type { Trained } from '../evaluation/evaluate';
import { rankByConfidence } from '../evaluation/metrics';
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

/** Lists the predictions of the test part, most confident first. */
function rankTest({ dataset, split }: Trained, probabilities: Float32Array): StoredReading[] {
	const ranked = rankByConfidence(probabilities, dataset.emotions.length);
	return ranked.map(({ row, ...prediction }) => ({ ...storeFace(dataset, split.test[row]), ...prediction }));
}

const isCorrect = ({ label, predictedLabel }: StoredReading) => label === predictedLabel;

/** Picks the most confident mistakes of the test part, from its probabilities `[test images, classes]`. */
export function confidentMistakes(trained: Trained, probabilities: Float32Array): StoredReading[] {
	return rankTest(trained, probabilities)
		.filter((reading) => !isCorrect(reading))
		.slice(0, MISTAKES);
}

/** Picks the most confident correct and wrong predictions of each emotion, with attention maps. */
export function attentionExamples(trained: Trained, probabilities: Float32Array): AttentionExample[] {
	const { dataset, classifier, backbone, config } = trained;
	const ranked = rankTest(trained, probabilities);
	const chosen = dataset.emotions.flatMap((_, label) => {
		const ofClass = ranked.filter((reading) => reading.label === label);
		const mistakes = ofClass.filter((reading) => !isCorrect(reading));
		return [...ofClass.filter(isCorrect).slice(0, EACH), ...mistakes.slice(0, EACH)];
	});
	const indices = chosen.map(({ index }) => index);
	const input = { dataset, indices, imageSize: config.imageSize, normalization: backbone.normalization };
	const classes = chosen.map(({ predictedLabel }) => predictedLabel);
	return explain(classifier.model, input, classes).map((map, i) => ({
		...chosen[i],
		// Three digits are more than the eye can distinguish.
		map: { ...map, values: Array.from(map.values, (value) => Number(value.toFixed(3))) },
	}));
}
