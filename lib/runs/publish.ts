import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../atomicFile';
import { DataError } from '../errors';
import { type Metrics, type Results, readResults } from './results';

/** What a finished run's folder `model` holds. */
const FILES = ['model.json', 'weights.bin', 'history.json', 'metrics.json'];

/**
 * Copies a finished run's model to where it is given to others, with its results, but without any face of its data set.
 * @param runFolder `runs/NAME`.
 * @param modelFolder Made where it is missing; what lies there is replaced.
 * @throws {DataError} If the run has not finished, was only a trial, or learnt drawn faces.
 */
export async function publishRun(runFolder: string, modelFolder: string): Promise<Metrics> {
	const results = await readResults(runFolder);
	const metrics = JSON.parse(await readFile(join(runFolder, 'model', 'metrics.json'), 'utf8')) as Metrics;
	if (metrics.part !== 'test') {
		const remedy = 'Run npm run train without --trial: it takes the trained network up and tests it.';
		throw new DataError('a model that was tested', 'the run', 'one of a trial', remedy);
	}
	if (metrics.dataset.drawn) {
		throw new DataError('a model of real faces', 'the run', 'one of drawn faces', 'Train on FER2013.');
	}
	await mkdir(modelFolder, { recursive: true });
	for (const file of FILES) await copyFile(join(runFolder, 'model', file), join(modelFolder, file));
	await writeFileAtomically(join(modelFolder, 'results.json'), `${JSON.stringify(withoutFaces(results))}\n`);
	return metrics;
}

function withoutFaces(results: Results): Results {
	const { data } = results;
	return {
		...results,
		data: { ...data, samples: data.samples.map(() => []), augmented: [] },
		mistakes: [],
		attention: [],
	};
}
