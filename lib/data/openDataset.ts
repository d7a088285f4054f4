import { basename, join } from 'node:path';
import { DataError } from '../errors';
import type { Dataset } from './dataset';
import { readFer2013 } from './readers/fer2013';
import { checkFer2013 } from './readers/fer2013Identity';
import { findFer2013 } from './readers/fer2013Place';
import type { ReaderOptions } from './readers/readerOptions';
import { sampleFaces as drawFaces } from './sampleFaces/sampleFaces';

/** Options of `openDataset`. */
export interface OpenDatasetOptions extends ReaderOptions {
	/** FER2013 as a file or a folder, usually the value of FER2013_PATH; empty counts as absent. */
	readonly path?: string;
	/** The folder that contains `data/`, where FER2013 is looked for and cached. Default: only `path` is read. */
	readonly projectFolder?: string;
	/** Draws faces even if FER2013 is available. Default false. */
	readonly alwaysDraw?: boolean;
	/** Number of faces to draw, at least 70. Default 7,000. */
	readonly sampleFaces?: number;
	/** Seed of the drawn faces. Default 42. */
	readonly seed?: number;
}

/**
 * Opens FER2013 from `path`, else from `<projectFolder>/data`; if neither has it, draws faces instead.
 * @returns All 35,887 images of FER2013 (or the 28,709 of train.csv), or drawn faces, which have `drawn` set.
 * @throws {RangeError} If FER2013 is not at `path`, or another option is out of range.
 * @throws {DataError} If the file found is not FER2013 as published.
 * @example
 * ```ts
 * const faces = await fer.openDataset({ projectFolder: folder, sampleFaces: 70, seed: 1 });
 * faces.name; // 'sample faces', as the folder has no data/fer2013.csv
 * faces.shape; // [48, 48, 1]
 * ```
 */
export async function openDataset(options: OpenDatasetOptions = {}): Promise<Dataset> {
	const { path, projectFolder, alwaysDraw = false, sampleFaces = 7000, seed = 42, onProgress, onNote } = options;
	const dataFolder = projectFolder && join(projectFolder, 'data');
	const source = alwaysDraw ? undefined : await findFer2013({ environmentPath: path, dataFolder });
	if (source === undefined) return drawFaces({ size: sampleFaces, seed, onProgress });
	const cacheFolder = dataFolder && join(dataFolder, '.cache');
	try {
		const dataset = await readFer2013(source, { cacheFolder, onProgress, onNote });
		const difference = checkFer2013(dataset, basename(source));
		if (difference) onNote?.(`${basename(source)} is ${difference}.`);
		return dataset;
	} catch (error) {
		throw path && error instanceof DataError ? error.at(`${error.place}, found by FER2013_PATH,`) : error;
	}
}
