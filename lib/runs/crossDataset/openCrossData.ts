import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Config } from '../../config';
import { rafDbParts } from '../../data/parts';
import { withParts } from '../../data/parts';
import { countClasses, type Dataset, imagesOf, makeDataset } from '../../data/dataset';
import { EMOTIONS } from '../../emotions';
import { DataError, invalidArgument } from '../../errors';
import { openDataset, type OpenDatasetOptions } from '../../data/openDataset';
import { detectLayout, type Layout } from '../../data/readers/detectLayout';
import { writeCkPlus48, writeRafDb } from '../../data/sampleFaces/drawnLayouts';
import type { FaceSet } from '../../data/readers/faceSet';
import { readDetected } from '../../data/readers/readFaces';
import { sampleFaces } from '../../data/sampleFaces/sampleFaces';
import { splitDataset } from '../../data/split';

/** The data sets that are tested across: what they and their test parts are called. */
export const CROSS_SETS = {
	fer2013: { title: 'FER2013', testPart: 'FER2013 PrivateTest' },
	rafDb: { title: 'RAF-DB', testPart: 'RAF-DB test' },
	ckPlus: { title: 'CK+', testPart: 'CK+' },
} as const;

/** One of the data sets in `CROSS_SETS`. */
export type CrossSet = keyof typeof CROSS_SETS;

/** The data sets in the roles of the protocol `official`; all of CK+ is its test part. */
export interface CrossData extends Readonly<Record<CrossSet, Dataset>> {
	/** Whose face each image shows, by a number, for sets whose source says so. */
	readonly subjects: Readonly<Partial<Record<CrossSet, Uint32Array>>>;
}

/** Where the data sets are looked for. */
export interface CrossPlaces extends Pick<OpenDatasetOptions, 'projectFolder' | 'onProgress'> {
	/** Paths that the user gave; FER2013 is looked for in `data/` too. */
	readonly paths: Readonly<Partial<Record<CrossSet, string>>>;
	/** Where faces are written that stand in for a set: usually the run's folder. */
	readonly folder: string;
}

/** How RAF-DB and CK+ are found, and what stands in for them. */
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
		// CK+ has 927 faces of our emotions. Of the drawn ones a seventh is neutral and left out.
		mostDrawn: 980,
	},
};

/**
 * Opens FER2013, RAF-DB and CK+, all grey and of 48x48 pixels. Where one is not at hand, drawn faces stand in for it, others
 * for each set; those for RAF-DB and CK+ are written in the set's own layout and read as the set would be. With
 * `config.alwaysDraw` all are drawn.
 *
 * FER2013 keeps its parts. Of RAF-DB's training part a stratified tenth is for validation. CK+ is one test part.
 * @throws {RangeError} If a path leads nowhere, or FER2013 does not say which images are PrivateTest.
 * @throws {DataError} If something else lies there.
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
		// RAF-DB does not say who is to be seen, and all images of CK+ keep their places.
		subjects: { ckPlus: ckPlus.groups },
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
		// Other people for each set, or networks would be tested on faces that they have learnt.
		const seed = config.seed + 1 + Object.keys(OTHER_SETS).indexOf(set);
		await write(await sampleFaces({ size, seed, onProgress }), folder);
		const faces = await readDetected(await detectLayout(folder), { onProgress });
		return { ...faces, dataset: makeDataset({ ...faces.dataset, name: 'sample faces', drawn: true }) };
	}
	if (!existsSync(path)) {
		throw invalidArgument(variable, `the path of ${title}`, path, `Mend the path, or unset ${variable}.`);
	}
	const detected = await detectLayout(path);
	if (!layouts.includes(detected.layout)) {
		const remedy = `Set ${variable} to ${title}'s folder or archive, or unset it.`;
		throw new DataError(title, basename(path), `the layout ${detected.layout}`, remedy);
	}
	return readDetected(detected, { onProgress });
}

/** Lists the sets for which drawn faces stand in, by their titles. */
export function standInsOf(data: CrossData): string[] {
	return (Object.keys(CROSS_SETS) as CrossSet[]).filter((set) => data[set].drawn).map((set) => CROSS_SETS[set].title);
}

/** Counts the faces of each emotion that are for training and for the test: one row an emotion, for a table. */
export function countCrossData(data: CrossData): Record<string, string | number>[] {
	const columns = (['Training', 'PrivateTest'] as const).flatMap((usage) =>
		(Object.keys(CROSS_SETS) as CrossSet[]).flatMap((set) => {
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
