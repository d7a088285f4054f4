import { evaluate, type TestScores } from '../lib/evaluation/evaluate';
import { readStoredModel } from '../lib/runs/storedModel';
import { openTrained } from './openData';
import { withProgress } from './progressLine';

/** Options of `evaluateModel`. */
export interface EvaluateOptions {
	/** The protocol that the model was trained under, which is the default. */
	readonly protocol?: string;
	/** With test-time augmentation too, as the model's config says. */
	readonly tta?: boolean;
}

/**
 * Evaluates a stored model on the test part of its protocol.
 * @throws {DataError | RangeError} If there is no model, or protocol or data are not those of its training.
 */
export async function evaluateModel(folder: string, { protocol, tta }: EvaluateOptions): Promise<TestScores> {
	const stored = await readStoredModel(folder);
	const trained = await openTrained(stored, protocol);
	const views = tta ? undefined : 'single';
	const { scores } = await withProgress('Test', (onProgress) => evaluate(trained, { views, onProgress }));
	return scores;
}
