import path from 'node:path';
import { DataError } from '../../errors';
import { type Dataset, USAGES } from '../dataset';
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
	/** Where FER2013's CSV file lies, which FER+ needs; default beside fer2013new.csv. */
	readonly fer2013?: string;
}

/** Images of any known layout. */
export interface FoundFaces extends FaceSet {
	readonly layout: Layout;
}

/**
 * Reads images of any layout that `detectLayout` knows; FER+ with its majority labels. FER2013 and FER+ are 48x48 and
 * grey, whatever `size` and `channels` say.
 * @throws As `detectLayout` and the layout's reader.
 */
export async function readFaces(place: string, options: ReadFacesOptions = {}): Promise<FoundFaces> {
	return readDetected(await detectLayout(place), options);
}

/** Reads what `detectLayout` has found, as `readFaces` does. */
export async function readDetected({ layout, source }: Detected, options: ReadFacesOptions = {}): Promise<FoundFaces> {
	return { layout, ...(await read(layout, source, options)) };
}

async function read(layout: Layout, source: string, options: ReadFacesOptions): Promise<FaceSet> {
	switch (layout) {
		case 'fer2013-csv':
		case 'fer2013-folders':
			return rows(await readFer2013(source, options));
		case 'ferplus':
			return readFerPlus(source, options);
		case 'ckplus-48':
			return readCkPlus48(source, options);
		case 'ckplus-release':
			return readCkPlus(source, options);
		case 'rafdb-release':
		case 'rafdb-folders':
			return readRafDb(source, options);
		case 'affectnet-release':
		case 'affectnet-folders':
			return readAffectNet(source, options);
		case 'class-folders':
			return readClassFolders(source, options);
	}
}

async function readFerPlus(source: string, options: ReadFacesOptions): Promise<FaceSet> {
	const images = options.fer2013 ?? locateFer2013(path.dirname(path.resolve(source)));
	if (images === undefined) {
		const remedy = 'FER+ has votes only: put FER2013 there, or say where it is.';
		throw new DataError('fer2013.csv, or an archive of it,', `the folder of ${path.basename(source)}`, 'none', remedy);
	}
	const votes = await readFerPlusVotes(source);
	const faces = joinFerPlus(await readFer2013(images, options), votes, 'majority');
	const dropped = Object.fromEntries(Object.entries(faces.dropped).filter(([, count]) => count > 0));
	return { ...rows(faces.dataset, faces.rows), dropped };
}

/** FER2013's images have no files of their own: each is named by its row, the header being row 1. */
function rows(dataset: Dataset, kept?: Uint32Array): FaceSet {
	const [height, width] = dataset.shape;
	const size = dataset.labels.length;
	const ofFolders = dataset.usage?.includes(USAGES.indexOf('Test')) ?? false;
	const name = (index: number) => (ofFolders ? `image ${index + 1}` : `row ${(kept?.[index] ?? index) + 2}`);
	return {
		dataset,
		names: Array.from({ length: size }, (_, index) => name(index)),
		dropped: {},
		// The folder layout's reader does not say what size its files had.
		sizes: ofFolders ? {} : { [`${width}x${height}`]: size },
		unreadable: [],
	};
}
