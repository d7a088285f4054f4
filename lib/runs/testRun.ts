import { join } from 'node:path';
import { labelsAt } from '../data/dataset';
import { DataError } from '../errors';
import { evaluate } from '../evaluation/evaluate';
import { writeMetrics } from '../evaluation/storedMetrics';
import type { OnProgress } from '../progress';
import type { Run } from '../training/run';
import { fromBase64 } from './base64';
import { summarizeData } from './dataSummary';
import { copyModel } from './publish';
import { attentionExamples, confidentMistakes } from './readings';
import { collectResults, type Phases, type Results, readResults, storeResults, writeResults } from './results';

/**
 * Tests a trained run and writes its metrics, its results and the model for use into its folder. A run that took over a
 * published training is not tested again: its results are the published ones.
 * @param phases The results of `trainHead`, `fineTune` and `calibrate`.
 * @throws {DataError} If the published results are missing, or belong to other test images.
 * @example
 * ```ts
 * const { phase1, phase2 } = results; // in a notebook: of trainHead(run) and fineTune(run)
 * const { metrics } = await fer.testRun(run, { phase1, phase2 });
 * fer.formatScores(metrics);
 * ```
 */
export async function testRun(run: Run, phases: Phases, onProgress?: OnProgress): Promise<Results> {
	if (run.published) return takePublished(run, run.published.folder);
	const results = collectResults(run, phases, await evaluate(run, { onProgress }));
	await writeResults(run, results);
	return results;
}

/** Takes over published results, and adds the faces that they must not hold from the data. */
async function takePublished(run: Run, folder: string): Promise<Results> {
	const published = await readResults(folder);
	const { dataset, split } = run;
	if (published.trueLabels.join() !== labelsAt(dataset, split.test).join()) {
		const remedy = 'Train a network of your own instead of taking over the published one.';
		throw new DataError('the labels of these test images', `${folder}/results.json`, 'other labels', remedy);
	}
	const probabilities = fromBase64(published.probabilities);
	const { samples, augmented } = summarizeData(run);
	const results = {
		...published,
		data: { ...published.data, samples, augmented },
		mistakes: confidentMistakes(run, probabilities),
		attention: attentionExamples(run, probabilities),
	};
	await copyModel(folder, join(run.folder, 'model'));
	await storeResults(run.folder, results);
	await writeMetrics(run.folder, results.metrics);
	return results;
}
