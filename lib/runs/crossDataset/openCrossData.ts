import { basename, join, resolve } from 'node:path';
import type { Config } from '../../config';
import { countClasses, type Dataset, imagesOf, makeDataset } from '../../data/dataset';
import { mapClasses } from '../../data/mapClasses';
import { type OpenDatasetOptions, openDataset } from '../../data/openDataset';
import { withParts } from '../../data/parts';
import { readFaces } from '../../data/readers/readFaces';
import { kindOfSource } from '../../data/readers/source';
import { writeCkPlus48, writeRafDb } from '../../data/sampleFaces/drawnLayouts';
import { sampleFaces } from '../../data/sampleFaces/sampleFaces';
import { splitDataset } from '../../data/split';
import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { type CrossSet, type CrossTraining, checkSets, checkTraining, testPartOf } from './crossSets';

/** An opened data set: its parts are those of the protocol `official`; with `testOnly`, all images are its test part. */
export interface CrossDataset extends Pick<CrossSet, 'title' | 'testOnly'> {
	readonly dataset: Dataset;
	/** `[size]`: the number of the person in each image, if known. */
	readonly persons?: Uint32Array;
}

/** The data sets of a study, in the order of its settings. */
export type CrossData = readonly CrossDataset[];

/** Where to look for the data sets. */
export interface CrossPlaces extends Pick<OpenDatasetOptions, 'onProgress' | 'onNote'> {
	readonly sets: readonly CrossSet[];
	/** The trainings to come, which are checked before any data is read. Default none. */
	readonly trainings?: readonly CrossTraining[];
	/** Relative paths start here; FER2013 is looked for in its `data/` too. */
	readonly projectFolder: string;
	/** Where drawn faces that replace RAF-DB or CK+ are written, usually the study's folder. */
	readonly folder: string;
}

/** Sets whose stand-ins are written in their own layout and read like it, and how many faces are drawn at most. */
const LAYOUTS = new Map([
	['RAF-DB', { write: writeRafDb, most: Number.POSITIVE_INFINITY }],
	// CK+ has 927 faces of our emotions. A seventh of the drawn ones is neutral and left out.
	['CK+', { write: writeCkPlus48, most: 980 }],
]);

/**
 * Opens data sets of any layout as grey images of 48x48 pixels of our emotions; images of other classes are left out, and
 * `onNote` says how many. A set without a path is replaced by drawn faces, different ones for each set; with
 * `config.alwaysDraw` all are. FER2013 keeps its parts. Others are split by `splitDataset` with the protocol `auto`: by
 * their own parts, with a stratified tenth of the training part for validation if they have none, or else held out.
 * @throws {RangeError} If sets or trainings do not fit together, nothing is at a path, or a set has none of our emotions
 *   or too few images.
 * @throws {DataError} If the file at a path is in no known layout, or is another of the sets.
 * @example
 * ```ts
 * const config = fer.createConfig('smoke', { protocol: 'official', sampleFaces: 140 });
 * const sets = [{ title: 'FER2013' }, { title: 'My faces', path: process.env.MY_FACES, testOnly: true }];
 * const data = await fer.openCrossData(config, { sets, projectFolder: folder, folder });
 * data[1].dataset.drawn; // true: no path was given
 * ```
 */
export async function openCrossData(config: Config, places: CrossPlaces): Promise<CrossData> {
	const { sets, trainings = [], projectFolder } = places;
	checkSets(sets);
	for (const training of trainings) checkTraining(sets, training);
	for (const { title, path } of config.alwaysDraw ? [] : sets) {
		if (path) kindOfSource(resolve(projectFolder, path), `the path of ${title}`);
	}
	const data: CrossDataset[] = [];
	for (const set of sets) data.push(divide(set, await openSet(set, config, places), config));
	return data;
}

async function openSet({ title, path }: CrossSet, config: Config, places: CrossPlaces) {
	const { projectFolder, sets, onProgress, onNote } = places;
	const { alwaysDraw, sampleFaces: size } = config;
	// Another seed for each set, or networks would be tested on faces that they were trained on.
	const seed = config.seed + sets.findIndex((set) => set.title === title);
	const source = path ? resolve(projectFolder, path) : undefined;
	const options = { projectFolder, onProgress, onNote };
	if (title === 'FER2013') return openDataset({ ...options, path: source, alwaysDraw, sampleFaces: size, seed });
	if (!source || alwaysDraw) return draw(title, { size, seed, onProgress }, join(places.folder, 'drawn faces', title));
	const opened = await openDataset({ ...options, data: source, faceSize: 48, color: 'grey' });
	if (opened.name !== title && sets.some((set) => set.title === opened.name)) {
		throw new DataError(title, basename(source), opened.name, 'Correct the path of one of them.');
	}
	const { dataset, dropped } = mapClasses(opened, EMOTIONS, `the classes of ${title}`);
	const counts = Object.entries(dropped).map(([name, count]) => `${count} ${name}`);
	if (counts.length > 0) onNote?.(`Left out of ${title}, as none of our emotions: ${counts.join(', ')}.`);
	return dataset;
}

async function draw(title: string, options: Parameters<typeof sampleFaces>[0], folder: string): Promise<Dataset> {
	const { write, most = Number.POSITIVE_INFINITY } = LAYOUTS.get(title) ?? {};
	const faces = await sampleFaces({ ...options, size: Math.min(options.size, most) });
	if (!write) return faces;
	await write(faces, folder);
	const { dataset } = await readFaces(folder, { size: 48, channels: 1, onProgress: options.onProgress });
	return makeDataset({ ...dataset, name: faces.name, drawn: true });
}

/** Gives a data set its parts. */
function divide({ title, testOnly }: CrossSet, opened: Dataset, { seed, validationFraction }: Config): CrossDataset {
	const { name, drawn, persons, labels } = opened;
	// FER2013 is compared by its own parts or not at all. Drawn faces have the parts of the set that they replace.
	const options = { protocol: title === 'FER2013' ? 'official' : 'auto', seed, validationFraction } as const;
	const { train, validation, test } = testOnly
		? { train: [], validation: [], test: [...labels.keys()] }
		: splitDataset({ ...opened, name: title, drawn: false }, options);
	const divided = withParts(opened, { train, validation, test });
	const kept = [...train, ...validation, ...test].sort((a, b) => a - b);
	return {
		title,
		testOnly,
		dataset: makeDataset({ ...divided, name: drawn ? name : title }),
		persons: persons && Uint32Array.from(kept, (index) => persons[index]),
	};
}

/**
 * Counts the training and test faces of each emotion: rows for `console.table`, one per emotion.
 * @example
 * ```ts
 * const data = [{ title: 'FER2013', dataset }, { title: 'My faces', dataset, testOnly: true }];
 * const [angry] = fer.countCrossData(data); // emotion, FER2013 training, FER2013 PrivateTest, My faces
 * ```
 */
export function countCrossData(data: CrossData): Record<string, string | number>[] {
	const columns = (['Training', 'PrivateTest'] as const).flatMap((usage) =>
		data.flatMap((set) => {
			const images = imagesOf(set.dataset, usage);
			const name = usage === 'Training' ? `${set.title} training` : testPartOf(set);
			return images.length === 0 ? [] : [[name, countClasses(set.dataset, images)] as const];
		}),
	);
	return EMOTIONS.map((emotion, label) => ({
		emotion,
		...Object.fromEntries(columns.map(([name, counts]) => [name, counts[label]])),
	}));
}
