import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Config } from '../../config';
import { countClasses, type Dataset, imagesOf, makeDataset } from '../../data/dataset';
import { type OpenDatasetOptions, openDataset } from '../../data/openDataset';
import { rafDbParts, withParts } from '../../data/parts';
import type { FaceSet } from '../../data/readers/faceSet';
import { detectLayout, type Layout, readDetected } from '../../data/readers/readFaces';
import { writeCkPlus48, writeRafDb } from '../../data/sampleFaces/drawnLayouts';
import { sampleFaces } from '../../data/sampleFaces/sampleFaces';
import { splitDataset } from '../../data/split';
import { EMOTIONS } from '../../emotions';
import { DataError, invalidArgument } from '../../errors';

/** The data sets of the study: titles of the sets and of their test parts. */
export const CROSS_SETS = {
	fer2013: { title: 'FER2013', testPart: 'FER2013 PrivateTest' },
	rafDb: { title: 'RAF-DB', testPart: 'RAF-DB test' },
	ckPlus: { title: 'CK+', testPart: 'CK+' },
} as const;

/** One of the data sets in `CROSS_SETS`. */
export type CrossSet = keyof typeof CROSS_SETS;

export const CROSS_SET_NAMES = Object.keys(CROSS_SETS) as CrossSet[];

/** The data sets, divided as the protocol `official` needs them; all of CK+ is its test part. */
export interface CrossData extends Readonly<Record<CrossSet, Dataset>> {
	/** The number of the person in each image, for sets that identify persons. */
	readonly subjects: Readonly<Partial<Record<CrossSet, Uint32Array>>>;
}

/** Where to look for the data sets. */
export interface CrossPlaces extends Pick<OpenDatasetOptions, 'projectFolder' | 'onProgress'> {
	/** Paths that the user gave; FER2013 is looked for in `data/` too. */
	readonly paths: Readonly<Partial<Record<CrossSet, string>>>;
	/** Where drawn faces that replace a set are written, usually the study's folder. */
	readonly folder: string;
}

/** All faces have FER2013's form. */
const FORM = { size: 48, channels: 1 } as const;

/** How RAF-DB and CK+ are found, and how faces are drawn in their layouts. */
const OTHER_SETS = {
	rafDb: {
		variable: 'RAFDB_PATH',
		layouts: ['rafdb-folders', 'rafdb-release'] as readonly Layout[],
		write: writeRafDb,
		mostDrawn: Number.POSITIVE_INFINITY,
	},
	ckPlus: {
		variable: 'CKPLUS_PATH',
		layouts: ['ckplus-48', 'ckplus-release'] as readonly Layout[],
		write: writeCkPlus48,
		// CK+ has 927 faces of our emotions. A seventh of the drawn ones is neutral and left out.
		mostDrawn: 980,
	},
};

/**
 * Opens FER2013, RAF-DB and CK+ as grey images of 48x48 pixels. A set without a path is replaced by drawn faces, different
 * ones for each set; those for RAF-DB and CK+ are written in the set's layout and read like it. With `config.alwaysDraw`
 * all are drawn. FER2013 keeps its parts. A stratified tenth of RAF-DB's training part is for validation.
 * @throws {RangeError | DataError} If a path does not contain its data set, or FER2013 has no PublicTest and PrivateTest.
 * @example
 * ```ts
 * const config = fer.createConfig('smoke', { protocol: 'official', sampleFaces: 140 });
 * const data = await fer.openCrossData(config, { projectFolder: folder, folder, paths: {} });
 * data.rafDb.drawn; // true: no path of RAF-DB was given
 * ```
 */
export async function openCrossData(config: Config, places: CrossPlaces): Promise<CrossData> {
	const { alwaysDraw, sampleFaces: size, seed } = config;
	const { projectFolder, onProgress } = places;
	const path = places.paths.fer2013;
	const fer2013 = await openDataset({ path, projectFolder, alwaysDraw, sampleFaces: size, seed, onProgress });
	// Refuses copies of FER2013 that keep PublicTest and PrivateTest together before the others are read.
	splitDataset(fer2013, { protocol: 'official', seed: config.seed });
	const rafDb = await openOther('rafDb', config, places);
	const ckPlus = await openOther('ckPlus', config, places);
	return {
		fer2013,
		rafDb: withParts(rafDb.dataset, rafDbParts(rafDb.dataset, config.seed)),
		ckPlus: withParts(ckPlus.dataset, { test: [...ckPlus.dataset.labels.keys()] }),
		// RAF-DB does not identify persons; the images of CK+ keep their order.
		subjects: { ckPlus: ckPlus.dataset.persons },
	};
}

async function openOther(set: keyof typeof OTHER_SETS, config: Config, places: CrossPlaces): Promise<FaceSet> {
	const { variable, layouts, write, mostDrawn } = OTHER_SETS[set];
	const { title } = CROSS_SETS[set];
	const { onProgress } = places;
	const path = places.paths[set];
	if (!path || config.alwaysDraw) {
		const folder = join(places.folder, 'drawn faces', title);
		const size = Math.min(config.sampleFaces, mostDrawn);
		// Another seed for each set, or networks would be tested on faces that they were trained on.
		const seed = config.seed + 1 + Object.keys(OTHER_SETS).indexOf(set);
		await write(await sampleFaces({ size, seed, onProgress }), folder);
		const faces = await readDetected(await detectLayout(folder), { ...FORM, onProgress });
		return { ...faces, dataset: makeDataset({ ...faces.dataset, name: 'sample faces', drawn: true }) };
	}
	if (!existsSync(path)) {
		throw invalidArgument(variable, `the path of ${title}`, path, `Correct the path, or unset ${variable}.`);
	}
	const detected = await detectLayout(path);
	if (!layouts.includes(detected.layout)) {
		const remedy = `Set ${variable} to ${title}'s folder or archive, or unset it.`;
		throw new DataError(title, basename(path), `the layout ${detected.layout}`, remedy);
	}
	return readDetected(detected, { ...FORM, onProgress });
}

/**
 * Counts the training and test faces of each emotion: rows for `console.table`, one per emotion.
 * @example
 * ```ts
 * const data = { fer2013: dataset, rafDb: dataset, ckPlus: dataset, subjects: {} };
 * const [angry] = fer.countCrossData(data); // emotion, FER2013 training, RAF-DB training ...
 * ```
 */
export function countCrossData(data: CrossData): Record<string, string | number>[] {
	const columns = (['Training', 'PrivateTest'] as const).flatMap((usage) =>
		CROSS_SET_NAMES.flatMap((set) => {
			const images = imagesOf(data[set], usage);
			const name = usage === 'Training' ? `${CROSS_SETS[set].title} training` : CROSS_SETS[set].testPart;
			const counts = countClasses(data[set], images);
			return images.length === 0 ? [] : [[name, counts] as const];
		}),
	);
	return EMOTIONS.map((emotion, label) => ({
		emotion,
		...Object.fromEntries(columns.map(([name, counts]) => [name, counts[label]])),
	}));
}
