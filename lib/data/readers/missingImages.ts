import { DataError } from '../../errors';
import { formatCount } from '../../format';
import type { FaceSet, ImageOptions } from './faceSet';

/** Missing images that an error names. */
const NAMED = 20;

/**
 * Lists the images that a table names and that are not there, or throws an error that names their rows.
 * @param rows The number of rows in the table: if no image is there, that is an error in any case.
 */
export function missingImages(
	missing: readonly { readonly image: string; readonly where: string }[],
	rows: number,
	place: string,
	{ unreadable }: Pick<ImageOptions, 'unreadable'>,
): FaceSet['unreadable'] {
	if (missing.length === 0 || (missing.length < rows && unreadable === 'list')) {
		return missing.map(({ image, where }) => ({ name: image, reason: `named in ${where}, but not there` }));
	}
	const named = missing.slice(0, NAMED).map(({ image, where }) => `${image}, ${where}`);
	const more = missing.length > NAMED ? `; and ${formatCount(missing.length - NAMED)} more` : '';
	const found = `${formatCount(rows - missing.length)}, without ${named.join('; ')}${more}`;
	const remedy =
		missing.length === rows
			? 'Put the images there, in the folders that the table names.'
			: "Put these images there, delete their rows, or leave them out with unreadable: 'list'.";
	throw new DataError(`the ${formatCount(rows)} images of the table`, place, found, remedy);
}
