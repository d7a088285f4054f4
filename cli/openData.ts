import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Config } from '../lib/config';
import type { Dataset } from '../lib/data/dataset';
import { openDataset } from '../lib/data/openDataset';
import { findFer2013 } from '../lib/data/readers/fer2013Place';
import { asTrained, checkProtocol, type StoredModel } from '../lib/runs/storedModel';
import { Problem } from './problem';
import { note, withProgress } from './progressLine';
import { DATA, dataPath, PROJECT_FOLDER, shownPath } from './projectFolder';

/** Opens the data of a config, with its progress and what to know in the terminal. */
export async function openData(config: Partial<Config>): Promise<Dataset> {
	const options = { ...config, path: dataPath(), projectFolder: PROJECT_FOLDER };
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
	if (config.data && !existsSync(config.data)) {
		const place = shownPath(config.data);
		throw new Problem(`The model was trained on ${dataset.name}, which is not at ${place}. Give its path: --data PATH`);
	}
	if (!config.data && !dataset.drawn && dataset.name !== 'FER2013') {
		throw new Problem(`The model was trained on ${dataset.name}. Give its path: --data PATH`);
	}
	if (!config.data && !dataset.drawn && !(await findFer2013({ environmentPath: dataPath(), dataFolder: DATA }))) {
		const remedy = 'Run npx fer data to download it, or set FER2013_PATH.';
		throw new Problem(`The model was trained on ${dataset.name}, which is not in data/. ${remedy}`);
	}
	// The same faces again, whatever lies in data/.
	const trained = { ...config, ...formOf(stored), alwaysDraw: dataset.drawn || config.alwaysDraw };
	return asTrained(stored, await openData(trained), chosen);
}

/** The form of a model's images, which the settings may leave to the data set. */
function formOf({ model }: StoredModel): Pick<Config, 'faceSize' | 'color'> {
	const [, side, , channels] = model.inputs[0].shape;
	return { faceSize: side ?? 0, color: channels === 3 ? 'rgb' : 'grey' };
}

/**
 * Opens any data set in the form of a model's images.
 * @returns The images; only those of the chosen classes if they may be the data of its training, which has moved.
 */
export function openOther(stored: StoredModel, data: string): Promise<Dataset> {
	const { data: trained, classes: all, skipUnreadable } = stored.metrics.config;
	const classes = basename(data) === basename(trained) ? all : [];
	return openData({ data, classes, skipUnreadable, ...formOf(stored) });
}
