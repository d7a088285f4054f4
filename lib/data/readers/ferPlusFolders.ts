import path from 'node:path';
import { DataError } from '../../errors';
import type { Usage } from '../dataset';
import { rowPlace } from './csvFields';
import { type FaceSet, type ImageOptions, isImageName, type LabelledFile, readImages } from './faceSet';
import { ferPlusLabel, readVote, VOTE_CLASSES } from './ferPlus';
import { type FileTree, openFiles, readTexts } from './fileTree';

/** The folders that Microsoft's generate_training_data.py fills. */
const LIST = /(?:^|\/)FER2013(Train|Valid|Test)\/label\.csv$/i;
const PARTS: Readonly<Record<string, Usage>> = { train: 'Training', valid: 'PublicTest', test: 'PrivateTest' };
/** An image, the box of its face in quotes or in four fields, and the votes. */
const LINE = /^\s*"?([^",]+\.[a-z]+)"?\s*,\s*"?\(?[\d\s,.]*?\)?"?\s*((?:,\s*\d{1,2}\s*){10})$/i;
/** Longer lines are not matched, which would take long. */
const LINE_LENGTH = 300;
const REMEDY = 'Make the folders again with generate_training_data.py of FER+, and keep label.csv as it is.';

/** Whether a file is a list of votes beside the images of FER+, by its path. */
export function isFerPlusList(name: string): boolean {
	return LIST.test(name);
}

/**
 * Reads FER+ (Barsoum et al. 2016, arXiv:1608.01041) as its own program writes it: `FER2013Train|FER2013Valid|FER2013Test/`
 * with images `fer0000000.png` and `label.csv`, the votes for them. The label is the majority's, as `ferPlusLabels` has it;
 * the parts are those of FER2013. Images without a majority, or without votes, are dropped and counted.
 * Four published names come twice: the last row counts, since its image has overwritten the other.
 */
export async function readFerPlusFolders(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const lists = tree.names.filter(isFerPlusList);
	const labels = new Map<string, number | string>();
	let repeated = 0;
	for (const [list, text] of await readTexts(tree, lists)) repeated += readList(tree, list, text, labels);
	const usageOf = new Map(lists.map((list) => [path.posix.dirname(list), partOf(list)]));
	const files = tree.names.filter(isImageName).flatMap((name): LabelledFile[] => {
		const usage = usageOf.get(path.posix.dirname(name));
		return usage === undefined ? [] : [{ name, label: labels.get(name) ?? 'without votes', usage }];
	});
	const faces = await readImages(tree, files, { name: 'FER+ (majority)' }, options);
	if (repeated === 0) return faces;
	return { ...faces, dropped: { ...faces.dropped, 'earlier rows of a name': repeated } };
}

const partOf = (list: string): Usage => PARTS[LIST.exec(list)?.[1].toLowerCase() ?? ''];

/** Reads the rows of one list into `labels`, by the paths of their images; returns the number of earlier rows of a name. */
function readList(tree: FileTree, list: string, text: string, labels: Map<string, number | string>): number {
	let repeated = 0;
	const known = new Set(tree.names);
	for (const [index, line] of text.split(/\r?\n/).entries()) {
		if (line.trim() === '' || (index === 0 && /neutral/i.test(line))) continue;
		const where = rowPlace(index + 1, list);
		const [, file, fields] = (line.length <= LINE_LENGTH && LINE.exec(line)) || [];
		if (file === undefined) {
			const expected = `an image, a box and ${VOTE_CLASSES.length} votes`;
			throw new DataError(expected, where, JSON.stringify(line.slice(0, 80)), REMEDY);
		}
		const name = path.posix.join(path.posix.dirname(list), file.trim());
		if (!known.has(name)) throw new DataError(`the image ${file}, named in ${where},`, tree.place, 'none', REMEDY);
		if (labels.has(name)) repeated++;
		const votes = fields.split(',').slice(1);
		labels.set(name, ferPlusLabel(Uint8Array.from(votes, (vote) => readVote(vote, where))));
	}
	return repeated;
}
