import { basename, join, resolve } from 'node:path';
import type { Config } from '../config';
import { DataError } from '../errors';
import { formatCount } from '../format';
import { countClasses, type Dataset, makeDataset } from './dataset';
import { listUnreadable } from './readers/decodeImages';
import type { FaceSet } from './readers/faceSet';
import { readFer2013 } from './readers/fer2013';
import { checkFer2013 } from './readers/fer2013Identity';
import { findFer2013 } from './readers/fer2013Place';
import type { ReaderOptions } from './readers/readerOptions';
import { detectLayout, LAYOUTS, readDetected } from './readers/readFaces';
import { sampleFaces as drawFaces } from './sampleFaces/sampleFaces';

/** The settings of data sets other than FER2013. */
type OwnSettings = 'data' | 'classes' | 'faceSize' | 'color' | 'skipUnreadable';

/** Options of `openDataset`: those of a config with the same names, and where FER2013 is. */
export interface OpenDatasetOptions
	extends ReaderOptions,
		Partial<Pick<Config, OwnSettings | 'alwaysDraw' | 'sampleFaces' | 'seed'>> {
	/** FER2013 as a file or a folder, usually the value of FER2013_PATH; empty counts as absent. Not used with `data`. */
	readonly path?: string;
	/** The folder that contains `data/`, where FER2013 is looked for and data sets are cached. Default: only `path` is read. */
	readonly projectFolder?: string;
}

/**
 * Opens the data set of a config: the one at `data`, in any layout of `readFaces`; else FER2013 from `path` or
 * `<projectFolder>/data`; if neither has it, faces are drawn instead.
 * @returns The images of `data`; all 35,887 of FER2013 (or the 28,709 of train.csv); or drawn faces, which have `drawn`
 *   set. `onNote` receives a line on the layout, classes and parts of `data`.
 * @throws {RangeError} If nothing is at `data`, FER2013 is not at `path`, or another option is out of range.
 * @throws {DataError} If `data` is in no known layout or damaged, or the file found is not FER2013 as published.
 * @example
 * ```ts
 * const faces = await fer.openDataset({ projectFolder: folder, sampleFaces: 70, seed: 1 });
 * faces.name; // 'sample faces', as the folder has no data/fer2013.csv
 * faces.shape; // [48, 48, 1]
 * ```
 */
export async function openDataset(options: OpenDatasetOptions = {}): Promise<Dataset> {
	const { data, path, projectFolder, alwaysDraw = false, sampleFaces = 7000, seed = 42, onProgress, onNote } = options;
	if (data) return openOwn(data, options);
	const dataFolder = projectFolder && join(projectFolder, 'data');
	const source = alwaysDraw ? undefined : await findFer2013({ environmentPath: path, dataFolder });
	if (source === undefined) return drawFaces({ size: sampleFaces, seed, onProgress });
	try {
		const dataset = await readFer2013(source, { cacheFolder: cacheFolderOf(options), onProgress, onNote });
		const difference = checkFer2013(dataset, basename(source));
		if (difference) onNote?.(`${basename(source)} is ${difference}.`);
		return dataset;
	} catch (error) {
		throw path && error instanceof DataError ? error.at(`${error.place}, found by FER2013_PATH,`) : error;
	}
}

const cacheFolderOf = ({ projectFolder }: OpenDatasetOptions) => projectFolder && join(projectFolder, 'data', '.cache');

/** Opens a data set of the user's; a relative path starts in the project's folder. */
async function openOwn(data: string, options: OpenDatasetOptions): Promise<Dataset> {
	const { projectFolder = '', classes = [], faceSize, color = 'auto', skipUnreadable, onProgress, onNote } = options;
	const source = resolve(projectFolder, data);
	const detected = await detectLayout(source);
	const faces = await readDetected(detected, {
		size: faceSize || undefined,
		channels: color === 'auto' ? undefined : CHANNELS[color],
		classes: classes.length > 0 ? classes : undefined,
		unreadable: skipUnreadable ? 'list' : 'throw',
		cacheFolder: cacheFolderOf(options),
		onProgress,
		onNote,
	});
	const isFer2013 = faces.dataset.name === 'FER2013';
	const dataset = isFer2013 ? identify(faces.dataset, basename(source), onNote) : faces.dataset;
	onNote?.(`${basename(source)} is in the layout ${faces.layout}: ${LAYOUTS[faces.layout]}.`);
	onNote?.(describe(dataset));
	for (const line of describeOthers(faces)) onNote?.(line);
	return dataset;
}

/** A line for each kind of images that are not in the data set. */
function describeOthers({ dropped, passedOver, unreadable }: Omit<FaceSet, 'dataset'>): string[] {
	const kinds = Object.entries({ 'Left out': dropped, 'Not read': passedOver }).flatMap(([what, counts]) => {
		const texts = Object.entries(counts).map(([name, count]) => `${formatCount(count)} ${name}`);
		return texts.length > 0 ? `${what}: ${texts.join(', ')}.` : [];
	});
	if (unreadable.length === 0) return kinds;
	return [...kinds, `Left out, unreadable (${formatCount(unreadable.length)}): ${listUnreadable(unreadable)}.`];
}

const CHANNELS = { grey: 1, rgb: 3 } as const;

/** Says whether images in FER2013's form are FER2013; if not, the data set is named after its file. */
function identify(dataset: Dataset, place: string, onNote?: (text: string) => void): Dataset {
	try {
		const difference = checkFer2013(dataset, place);
		if (difference) onNote?.(`${place} is ${difference}.`);
		return dataset;
	} catch (error) {
		if (!(error instanceof DataError)) throw error;
		onNote?.(`${place} is not the whole of FER2013, and is used as a data set of its own. ${error.message}`);
		const name = place.replace(/\.(csv|tar|gz|tgz|zip)\b/gi, '') || place;
		// That name is for the published data set, which has its own protocols and votes.
		return makeDataset({ ...dataset, name: name === dataset.name ? `${name} (own)` : name });
	}
}

/** A line with the number of images in all and by class. */
function describe(dataset: Dataset): string {
	const { emotions, labels, shape, name } = dataset;
	const counts = countClasses(dataset).map((count, label) => `${emotions[label]} ${formatCount(count)}`);
	const form = `${shape[1]} x ${shape[0]} ${shape[2] === 3 ? 'RGB' : 'grey'}`;
	return `${name}: ${formatCount(labels.length)} images of ${form}; ${counts.join(', ')}.`;
}
