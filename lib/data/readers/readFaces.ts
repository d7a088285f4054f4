import path from 'node:path';
import { DataError } from '../../errors';
import { type Dataset, imagesOf } from '../dataset';
import { readAffectNet } from './affectNet';
import { readCkPlus } from './ckPlus';
import { readCkPlus48 } from './ckPlus48';
import { readClassFolders } from './classFolders';
import { type Detected, detectLayout, type Layout } from './detectLayout';
import type { FaceSet, ImageOptions } from './faceSet';
import { joinFerPlus, readFerPlusVotes } from './ferPlus';
import { locateFer2013 } from './findFer2013';
import { readRafDb } from './rafDb';
import { readFer2013 } from './readFer2013';

/** Options of `readFaces`. */
export interface ReadFacesOptions extends ImageOptions {
	/** The CSV file of FER2013, needed for FER+. Default: beside fer2013new.csv. */
	readonly fer2013?: string;
}

/** Images of any known layout. */
export interface FoundFaces extends FaceSet {
	readonly layout: Layout;
}

/** The reader of each layout. */
const READERS: Readonly<Record<Layout, (source: string, options: ReadFacesOptions) => Promise<FaceSet>>> = {
	'fer2013-csv': async (source, options) => rows(await readFer2013(source, options)),
	'fer2013-folders': async (source, options) => rows(await readFer2013(source, options)),
	ferplus: readFerPlus,
	'ckplus-48': readCkPlus48,
	'ckplus-release': readCkPlus,
	'rafdb-release': readRafDb,
	'rafdb-folders': readRafDb,
	'affectnet-release': readAffectNet,
	'affectnet-folders': readAffectNet,
	'class-folders': readClassFolders,
};

/**
 * Reads images of any layout in `LAYOUTS`, as a folder or an archive. FER2013 and FER+ (majority
 * labels) are 48x48 and grey, whatever `size` and `channels` are.
 * @throws As `detectLayout` and the reader of the layout.
 * @example
 * ```ts
 * const { writeFile } = await import('node:fs/promises');
 * await writeFile(`${folder}/fer2013.csv`, `emotion,pixels\n3,${'0 '.repeat(2304)}\n`);
 * const { dataset: read, layout } = await fer.readFaces(`${folder}/fer2013.csv`);
 * [layout, read.labels]; // ['fer2013-csv', [3]]
 * ```
 */
export async function readFaces(place: string, options: ReadFacesOptions = {}): Promise<FoundFaces> {
	return readDetected(await detectLayout(place), options);
}

/** Reads a data set found by `detectLayout`, as `readFaces` does. */
export async function readDetected({ layout, source }: Detected, options: ReadFacesOptions = {}): Promise<FoundFaces> {
	return { layout, ...(await READERS[layout](source, options)) };
}

async function readFerPlus(source: string, options: ReadFacesOptions): Promise<FaceSet> {
	const images = options.fer2013 ?? locateFer2013(path.dirname(path.resolve(source)));
	if (images === undefined) {
		const remedy = 'FER+ has votes only: put FER2013 there, or give its path.';
		throw new DataError('fer2013.csv, or an archive of it,', `the folder of ${path.basename(source)}`, 'none', remedy);
	}
	const faces = joinFerPlus(await readFer2013(images, options), await readFerPlusVotes(source));
	const dropped = Object.fromEntries(Object.entries(faces.dropped).filter(([, count]) => count > 0));
	return { ...rows(faces.dataset, faces.rows), dropped };
}

/** The images of FER2013 are not files, so each is named after its row; the header is row 1. */
function rows(dataset: Dataset, kept?: Uint32Array): FaceSet {
	const [height, width] = dataset.shape;
	const ofFolders = imagesOf(dataset, 'Test').length > 0;
	const name = (_: number, index: number) => (ofFolders ? `image ${index + 1}` : `row ${(kept?.[index] ?? index) + 2}`);
	return {
		dataset,
		names: Array.from(dataset.labels, name),
		dropped: {},
		// The reader of the folder layout does not report the sizes of its files.
		sizes: ofFolders ? {} : { [`${width}x${height}`]: dataset.labels.length },
		unreadable: [],
	};
}
