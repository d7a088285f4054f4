import { LABELLINGS } from '../../emotions';
import { areNumbers } from './classFolders';
import type { FaceSet } from './faceSet';

/**
 * Says what the numbers of a data set's classes stand for, a sentence each: `RAF-DB: 1 surprise, 2 fear`. If the data set
 * is unknown, lists those of all that number their classes.
 */
export function numberNotes({ numbering, dataset }: FaceSet): string[] {
	if (!numbering && !areNumbers(dataset.emotions)) return [];
	const known = numbering ? [LABELLINGS[numbering]] : Object.values(LABELLINGS);
	const tables = known.map(({ title, first, classes }) => {
		return `${title}: ${classes.map(([name], index) => `${first + index} ${name}`).join(', ')}`;
	});
	if (numbering) return [`The numbers of the classes are those of ${tables[0]}.`];
	return ['Which emotion each number stands for is not known. Known data sets have these:', ...tables];
}
