import path from 'node:path';
import { DataError } from '../../errors';
import { labelPlaces, placesOf } from './classFolders';
import { type FaceSet, type ImageOptions, readImages } from './faceSet';
import { openFiles } from './fileTree';

/** Subject, sequence and frame, as the release names its frames: `S010_004_00000017.png`. */
const FRAME = /^(S\d{3})_(\d{3})_(\d{8})\.(png|jpg|jpeg)$/i;

/** Returns the subject of a CK+ frame by its file name; undefined for other names. */
export function ckPlusSubject(name: string): string | undefined {
	return FRAME.exec(path.posix.basename(name))?.[1].toUpperCase();
}

/**
 * Reads CK+48, as CK+ (Lucey et al. 2010) is on Kaggle: 981 faces of 48x48 pixels, the last three
 * frames of each labelled sequence, in one folder per emotion, without neutral.
 * @returns Images with `groups` by subject. The three frames of a sequence are near-duplicates, so a split must keep
 *   subjects whole. Contempt is dropped and counted. Neutral is missing, so evaluation is 6-way.
 * @throws {DataError} If a folder is not named after an emotion, a file name has no subject, or a file is not an image.
 */
export async function readCkPlus48(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const files = labelPlaces(tree, placesOf(tree)).map((file) => {
		const subject = ckPlusSubject(file.name);
		if (subject !== undefined) return { ...file, subject };
		const remedy = 'Keep the file names of the release, which contain the subject.';
		throw new DataError('names such as S010_004_00000017.png', tree.place, file.name, remedy);
	});
	return readImages(tree, files, { name: 'CK+' }, options);
}
