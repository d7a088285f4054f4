import type { Config } from '../lib/config';
import type { Dataset } from '../lib/data/dataset';
import { openDataset } from '../lib/data/openDataset';
import { findFer2013 } from '../lib/data/readers/fer2013Place';
import { asTrained, checkProtocol, type StoredModel } from '../lib/runs/storedModel';
import { Problem } from './problem';
import { note, withProgress } from './progressLine';
import { DATA, dataPath, PROJECT_FOLDER } from './projectFolder';

/** Opens the data of a config, from FER2013_PATH or data/, with its progress and what to know in the terminal. */
export async function openData({ alwaysDraw, sampleFaces, seed }: Config): Promise<Dataset> {
	const options = { path: dataPath(), projectFolder: PROJECT_FOLDER, alwaysDraw, sampleFaces, seed };
	const notes: string[] = [];
	const onNote = (text: string) => void notes.push(text);
	const dataset = await withProgress('Data', (onProgress) => openDataset({ ...options, onProgress, onNote }));
	for (const text of notes) note(text);
	return dataset;
}

/**
 * Opens the data that a stored model was trained on.
 * @param protocol Default the one that it was trained under; no other is accepted.
 * @throws {DataError | RangeError} If protocol or data are not those of its training: before reading or drawing where
 *   that can be told without.
 */
export async function openTrained(stored: StoredModel, protocol?: string): Promise<ReturnType<typeof asTrained>> {
	const { config, dataset } = stored.metrics;
	const chosen = (protocol ?? config.protocol) as Config['protocol'];
	checkProtocol(stored.metrics, chosen);
	if (!dataset.drawn && dataset.name !== 'FER2013') {
		throw new Problem(`The model was trained on ${dataset.name}. Only models trained on FER2013 can be evaluated.`);
	}
	if (!dataset.drawn && !(await findFer2013({ environmentPath: dataPath(), dataFolder: DATA }))) {
		const remedy = 'Run npx fer data to download it, or set FER2013_PATH.';
		throw new Problem(`The model was trained on ${dataset.name}, which is not in data/. ${remedy}`);
	}
	// The same faces again, whatever lies in data/.
	return asTrained(stored, await openData(dataset.drawn ? { ...config, alwaysDraw: true } : config), chosen);
}
