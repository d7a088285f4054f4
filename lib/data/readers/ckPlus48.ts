import path from 'node:path';
import { DataError } from '../../errors';
import { labelPlaces, placesOf } from './classFolders';
import { type FaceSet, type ImageOptions, readImages } from './faceSet';
import { labelOfFolder } from './fer2013Folders';
import { openFiles } from './fileTree';

/** Subject, sequence and frame, as the release names its frames: `S010_004_00000017.png`. */
const FRAME = /^(S\d{3})_(\d{3})_(\d{8})\.(png|jpg|jpeg)$/i;

/** Tells whose face a frame of CK+ shows by its file's name; undefined for other names. */
export function ckPlusSubject(name: string): string | undefined {
	return FRAME.exec(path.posix.basename(name))?.[1].toUpperCase();
}

/**
 * Reads CK+48, as Kaggle has CK+ (Lucey et al. 2010): 981 faces of 48x48 pixels, the last three frames of each labelled
 * sequence, in one folder an emotion, without neutral.
 * @returns Images with `groups` by subject: the three frames of a sequence are all but copies, so a split must never
 *   divide a subject (`splitGroups`). Contempt is dropped and counted. No emotion is neutral: 6-way.
 * @throws {DataError} If a folder is no emotion's, a file does not say its subject, or is no image.
 */
export async function readCkPlus48(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const dropped: Record<string, number> = {};
	const files = labelPlaces(tree, placesOf(tree), labelOfFolder, dropped).map((file) => {
		const subject = ckPlusSubject(file.name);
		if (subject !== undefined) return { ...file, subject };
		const remedy = 'Keep the names that the release gives its frames: without them no subject is known.';
		throw new DataError('names such as S010_004_00000017.png', tree.place, file.name, remedy);
	});
	return readImages(tree, files, { name: 'CK+', dropped }, options);
}
