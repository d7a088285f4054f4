import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DataError } from '../../errors';
import type { Usage } from '../dataset';
import { classOfNumber } from './classNames';
import { type CroppedFace, croppedFaces } from './croppedFaces';
import { rowPlace } from './csvFields';
import { type FaceSet, type ImageOptions, type LabelledFile, readImages } from './faceSet';
import { type FileTree, openFiles, readTexts } from './fileTree';
import { imageFinder } from './imageFinder';
import { missingImages } from './missingImages';

const TABLE = /(?:^|\/)(training|validation)\.csv$/i;
const COLUMNS = ['subdirectory_filepath', 'face_x', 'face_y', 'face_width', 'face_height', 'expression'] as const;
/** The columns of the release, which its tables may lack a header for. */
const ORDER = [...COLUMNS.slice(0, 5), 'facial_landmarks', 'expression', 'valence', 'arousal'];
const REMEDY = 'Put training.csv and validation.csv beside Manually_Annotated_Images, as in the release.';

/** A row of a table. */
interface Row {
	readonly image: string;
	readonly box: CroppedFace['box'];
	readonly label: number | string;
	readonly where: string;
}

/** Whether files are those of AffectNet's older release, by its tables and the folder of its images. */
export function areAffectNetTables(names: readonly string[]): boolean {
	return names.some((name) => TABLE.test(name)) && names.some((name) => /Manually_Annotated(_Images)?\//i.test(name));
}

/**
 * Reads AffectNet's older release (Mollahosseini et al. 2017, arXiv:1708.03985): `training.csv` and `validation.csv`, and
 * the images in `Manually_Annotated_Images/1/`. Each face is cut out of its image by its box. Contempt and non-emotions
 * are dropped and counted. The validation part is the test part, since AffectNet's own is not published.
 */
export async function readAffectNetTables(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const lists = tree.names.filter((name) => TABLE.test(name));
	const faces = new Map<string, CroppedFace[]>();
	const files: LabelledFile[] = [];
	const missing: Row[] = [];
	for (const list of lists) {
		const usage: Usage = /training/i.test(path.posix.basename(list)) ? 'Training' : 'Test';
		const find = imageFinder(tree, list);
		for await (const row of readRows(source, tree, list)) {
			const image = find(row.image, row.where);
			if (image === undefined) {
				missing.push(row);
				continue;
			}
			const known = faces.get(image) ?? [];
			const name = known.length === 0 ? image : `${image} face ${known.length + 1}`;
			files.push({ name, label: row.label, usage });
			faces.set(image, [...known, { ...row, name }]);
		}
	}
	const lost = missingImages(missing, files.length + missing.length, tree.place, options);
	const others = { ...tree, names: tree.names.filter((name) => !lists.includes(name)) };
	const read = await readImages(croppedFaces(others, faces, REMEDY), files, { name: 'AffectNet' }, options);
	return { ...read, unreadable: [...read.unreadable, ...lost], numbering: 'affectNet' };
}

/** Reads a table line by line: with the landmarks, that of the training part has hundreds of megabytes. */
async function* readRows(source: string, tree: FileTree, list: string): AsyncGenerator<Row> {
	let columns: number[] | undefined;
	let number = 0;
	for await (const line of linesOf(source, tree, list)) {
		const where = rowPlace(++number, list);
		const fields = line.replace(/^\uFEFF/, '').split(',');
		if (!columns) {
			columns = columnsOf(fields, where);
			if (/subdirectory/i.test(fields.join())) continue;
		}
		if (line.trim() !== '') yield readRow(fields, columns, where);
	}
}

function columnsOf(fields: readonly string[], where: string): number[] {
	const names = fields.map((name) => name.trim().toLowerCase());
	const header = /^\d+\/[^/]+\.\w+$/.test(names[0] ?? '') ? ORDER : names;
	const columns = COLUMNS.map((name) => header.indexOf(name));
	const absent = COLUMNS.find((_, at) => columns[at] < 0);
	if (absent === undefined) return columns;
	const found = JSON.stringify(fields.join().slice(0, 80));
	throw new DataError(`the column ${absent}`, where, found, 'Use the table as it is in the release.');
}

function readRow(fields: readonly string[], columns: readonly number[], where: string): Row {
	const [image = '', ...texts] = columns.map((column) => fields[column]?.trim() ?? '');
	const [left, top, width, height, code] = texts.map((text) => (text === '' ? Number.NaN : Number(text)));
	const label = classOfNumber('affectNet', code);
	if (label === undefined) throw new DataError('an expression from 0 to 10', where, JSON.stringify(texts[4]), REMEDY);
	// Images without a face have no box.
	if (typeof label === 'string' || [left, top, width, height].every(Number.isFinite)) {
		return { image, box: { left, top, width, height }, label, where };
	}
	throw new DataError('the box of a face', where, JSON.stringify(texts.slice(0, 4).join()), REMEDY);
}

/** The lines of a text file: of a folder they are streamed, while a file in an archive is read whole. */
async function* linesOf(source: string, tree: FileTree, list: string): AsyncIterable<string> {
	const file = path.join(source, list);
	if (existsSync(file)) {
		yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
		return;
	}
	for (const text of (await readTexts(tree, [list])).values()) yield* text.split(/\r?\n/);
}
