import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../errors';
import { type Metrics, readMetrics, writeMetrics } from '../evaluation/storedMetrics';
import { readResults, storeResults } from './results';

/** Copies a model for use with its history; its metrics are written anew, with today's names of their fields. */
export async function copyModel(from: string, to: string): Promise<Metrics> {
	const metrics = await readMetrics(from);
	await mkdir(to, { recursive: true });
	for (const file of ['model.json', 'weights.bin', 'history.json']) await copyFile(join(from, file), join(to, file));
	await writeMetrics(to, metrics);
	return metrics;
}

/**
 * Publishes the model of a finished run: copies it with its results, but without any face of its data set.
 * @param runFolder `runs/NAME`.
 * @param modelFolder Created if missing; files in it are replaced.
 * @throws {DataError} If the run has not finished, is a trial, or was trained on drawn faces.
 */
export async function publishRun(runFolder: string, modelFolder: string): Promise<Metrics> {
	const results = await readResults(runFolder);
	const { part, dataset } = await readMetrics(join(runFolder, 'model'));
	if (part !== 'test') {
		const remedy = 'Run npx fer train without --trial: it takes over the trained network and tests it.';
		throw new DataError('a model that was tested', 'the run', 'one of a trial', remedy);
	}
	if (dataset.drawn) {
		throw new DataError('a model of real faces', 'the run', 'one of drawn faces', 'Train on FER2013.');
	}
	const metrics = await copyModel(join(runFolder, 'model'), modelFolder);
	const data = { ...results.data, samples: results.data.samples.map(() => []), augmented: [] };
	await storeResults(modelFolder, { ...results, data, mistakes: [], attention: [] });
	return metrics;
}
