import { join, relative, resolve } from 'node:path';
import type { Config } from '../config';
import type { Dataset } from '../data/dataset';
import { DataError } from '../errors';
import { FINISH_RUN, type Metrics, readMetrics, readStored } from '../evaluation/storedMetrics';
import type { EpochRecord } from './epochRecord';
import { differencesOf, phase2Key } from './trainingKey';

/** A published training: the exported model with its metrics and history. */
export interface PublishedTraining {
	/** Its folder relative to the project's, such as `models/holdout`. */
	readonly name: string;
	/** Its absolute path. */
	readonly folder: string;
	readonly metrics: Metrics;
	readonly history: Readonly<Record<'phase1' | 'phase2', readonly EpochRecord[]>>;
}

/**
 * Reads a published training, given its folder, absolute or relative to the project's.
 * @throws {DataError} If a file is missing or damaged, or settings or data are not those of `run`.
 */
export async function readPublished(
	path: string,
	run: { readonly config: Config; readonly dataset: Dataset; readonly projectFolder: string },
): Promise<PublishedTraining> {
	const folder = resolve(run.projectFolder, path);
	const name = relative(run.projectFolder, folder);
	const metrics = await readMetrics(folder);
	const differences = differencesOf(publishedKey(metrics), publishedKey(run));
	if (differences.length > 0) {
		const remedy = 'Use its settings and data, or train without a published model.';
		throw new DataError('the settings and data of this run', name, differences.join('; '), remedy);
	}
	return { name, folder, metrics, history: await readHistory(folder) };
}

function readHistory(folder: string): Promise<PublishedTraining['history']> {
	return readStored(join(folder, 'history.json'), FINISH_RUN, { phase1: 'object', phase2: 'object' });
}

/** As for resuming, but identifies teachers by name and FER+ votes by their weight, which is all that is published. */
function publishedKey({ config, dataset }: { config: Config; dataset: { fingerprint: string } }) {
	const { distillation, ferPlus } = config;
	return {
		...phase2Key({ config, dataset, backbone: { name: config.backbone }, teachers: [] }),
		distillation: distillation?.teachers.length ? distillation : undefined,
		ferPlus: ferPlus?.lossWeight ? ferPlus : undefined,
	};
}
