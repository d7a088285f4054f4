import type { Config } from '../lib/config';
import type { Dataset } from '../lib/data/dataset';
import { openDataset } from '../lib/data/openDataset';
import { findFer2013 } from '../lib/data/readers/fer2013';
import { asTrained, type StoredModel } from '../lib/runs/storedModel';
import { Problem } from './problem';
import { withProgress } from './progressLine';
import { DATA, dataPath, PROJECT_FOLDER } from './projectFolder';

/** Opens the data of a config, from FER2013_PATH or data/, with its progress in the terminal. */
export function openData({ alwaysDraw, sampleFaces, seed }: Config): Promise<Dataset> {
	const options = { path: dataPath(), projectFolder: PROJECT_FOLDER, alwaysDraw, sampleFaces, seed };
	return withProgress('Data', (onProgress) => openDataset({ ...options, onProgress }));
}

/**
 * Opens the data that a stored model was trained on.
 * @param protocol Default the one that it was trained under; no other is accepted.
 * @throws {DataError | RangeError} If protocol or data are not those of its training.
 */
export async function openTrained(stored: StoredModel, protocol?: string): Promise<ReturnType<typeof asTrained>> {
	const { config, dataset } = stored.metrics;
	// Without this check the sample faces would be drawn first, for minutes.
	if (!dataset.drawn && !findFer2013({ environmentPath: dataPath(), dataFolder: DATA })) {
		const remedy = 'Run npx fer data to download it, or set FER2013_PATH.';
		throw new Problem(`The model was trained on ${dataset.name}, which is not in data/. ${remedy}`);
	}
	return asTrained(stored, await openData(config), (protocol ?? config.protocol) as Config['protocol']);
}
