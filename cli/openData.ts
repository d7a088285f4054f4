import type { Config } from '../lib/config';
import type { Dataset } from '../lib/data/dataset';
import { openDataset } from '../lib/data/openDataset';
import { withProgress } from './progressLine';
import { dataPath, PROJECT_FOLDER } from './projectFolder';

/** Opens the data of a config, from FER2013_PATH or data/, with its progress in the terminal. */
export function openData(config: Config): Promise<Dataset> {
	const { alwaysDraw, sampleFaces, seed } = config;
	const options = { path: dataPath(), projectFolder: PROJECT_FOLDER, alwaysDraw, sampleFaces, seed };
	return withProgress('Data', (onProgress) => openDataset({ ...options, onProgress }));
}
