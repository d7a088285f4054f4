import { basename, join } from 'node:path';
import type { Config } from '../config';
import type { OnProgress } from '../progress';
import type { Dataset } from './dataset';
import { checkFer2013 } from './readers/checkFer2013';
import { findFer2013 } from './readers/findFer2013';
import { readFer2013 } from './readers/readFer2013';
import { sampleFaces } from './sampleFaces/sampleFaces';

/** Where data are looked for. */
export interface DataPlaces {
	/** The folder that holds `data/`. */
	readonly projectFolder: string;
	/** A path that the user gave, usually in FER2013_PATH; it comes before `data/`. */
	readonly givenPath?: string;
	readonly onProgress?: OnProgress;
}

/**
 * Opens FER2013 if it is at hand, else draws sample faces; with `config.alwaysDraw` it always draws.
 * @returns All of FER2013, checked for completeness, or `config.sampleFaces` drawn faces (`drawn` is true).
 * @throws {DataError} If the file at hand is not FER2013 as published.
 */
export async function openDataset(config: Config, places: DataPlaces): Promise<Dataset> {
	const { projectFolder, givenPath, onProgress } = places;
	const dataFolder = join(projectFolder, 'data');
	const source = config.alwaysDraw ? undefined : findFer2013({ environmentPath: givenPath, dataFolder });
	const report = (fraction: number, stage: string) =>
		onProgress?.({ stage, done: fraction, total: 1, itemsPerSecond: 0, secondsLeft: Number.NaN });
	if (source === undefined) {
		return sampleFaces({ size: config.sampleFaces, seed: config.seed, onProgress: report });
	}
	const dataset = await readFer2013(source, { cacheFolder: join(dataFolder, '.cache'), onProgress: report });
	checkFer2013(dataset, basename(source));
	return dataset;
}
