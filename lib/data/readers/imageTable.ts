/**
 * Reads data sets with a table of labels, one for the path of each image: as CSV, with tabs or semicolons, or one
 * JSON object a line, as Hugging Face's imagefolder has it.
 */
import path from 'node:path';
import { DataError } from '../../errors';
import { formatCount } from '../../format';
import { classOfName } from './classNames';
import { type FaceSet, type ImageOptions, type LabelledFile, readImages } from './faceSet';
import { type FileTree, openFiles } from './fileTree';
import { type FindImage, imageFinder } from './imageFinder';
import { isImageTable, readImageRows, TABLE_NAME, type TableRow } from './imageRows';
import { missingImages } from './missingImages';
import { partOfName, usagesOfWords } from './partFolders';
import { readRowLabels } from './rowLabels';
import { kindOfSource } from './source';

/** Rows of a table by which it is recognised: half of them at least name images of the folder. */
const LOOKED_AT = 200;
/** Tables that are looked for: some data sets have a text for each image. */
const MOST_TABLES = 50;

/** A row with the image that it names; undefined if there is none. */
interface FoundRow extends TableRow {
	readonly name: string | undefined;
}

/** Looks for a table of images in a tree: `named` if it names images that are there, `lost` if most of them are not. */
export async function findImageTable(tree: FileTree): Promise<'named' | 'lost' | undefined> {
	const tables = await readTables(tree);
	for (const [table, rows] of tables) {
		const find = imageFinder(tree, table);
		const isThere = ({ image, where }: TableRow) => {
			try {
				return find(image, where) !== undefined;
			} catch {
				// Two images of this name: the table does not say which.
				return false;
			}
		};
		const some = rows.slice(0, LOOKED_AT);
		if (some.length > 0 && 2 * some.filter(isThere).length >= some.length) return 'named';
	}
	return tables.size > 0 ? 'lost' : undefined;
}

/**
 * Reads images with a table beside them, given by itself or with its folder or archive. Columns `image` and `label`, under
 * any of their usual names, and, if there are, the part (`split`) and the person (`subject`). Without a column of parts,
 * the names of several tables (`train.csv`, `test.csv`) or the folders of the images are used.
 * @throws {DataError} If an image is missing, unless unreadable files are listed; or as `readRowLabels`.
 */
export async function readImageTable(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const isTable = kindOfSource(source) === 'file' && isImageTable(source);
	const tree = await openFiles(isTable ? path.dirname(path.resolve(source)) : source);
	const tables = await readTables(tree, isTable ? path.basename(source) : undefined);
	const name = tree.place.replace(/\.(tar|tar\.gz|tgz|zip)$/i, '');
	return readNamedImages({ ...tree, taken: new Set(tables.keys()) }, [...tables.values()].flat(), name, options);
}

/** Reads the images of a tree that the rows of tables in it name; see `readImageTable`. */
export async function readNamedImages(
	tree: FileTree,
	rows: readonly TableRow[],
	name: string,
	options: ImageOptions,
): Promise<FaceSet> {
	if (rows.length === 0) throw new DataError('rows below the header', tree.place, 'none', 'Complete the table.');
	const finders = new Map<string, FindImage>();
	const found = rows.map((row): FoundRow => {
		const find = finders.get(row.table) ?? imageFinder(tree, row.table);
		finders.set(row.table, find);
		return { ...row, name: find(row.image, row.where) };
	});
	const missing = found.filter(({ name }) => name === undefined);
	const lost = missingImages(missing, rows.length, tree.place, options);
	const { emotions, files } = labelledFiles(found, tree.place, options);
	noteFolders(files, emotions, options);
	const faces = await readImages(tree, files, { name, emotions }, options);
	return { ...faces, unreadable: [...faces.unreadable, ...lost] };
}

/** The tables of a tree with a header of image and label, of those nearest to its top; or one of them, by its name. */
async function readTables(tree: FileTree, only?: string): Promise<Map<string, TableRow[]>> {
	const depth = (name: string) => name.split('/').length;
	const candidates = tree.names.filter((name) => TABLE_NAME.test(name)).sort((a, b) => depth(a) - depth(b));
	const wanted = only === undefined ? candidates.slice(0, MOST_TABLES) : [only];
	const tables = new Map<string, TableRow[]>();
	const take = async (name: string, content: Uint8Array) => {
		const rows = readImageRows(content, name);
		if (rows) tables.set(name, rows);
	};
	// A large file beside the images, such as fer2013.csv, is no table of them.
	await tree.each(new Set(wanted), take, only === undefined ? { refuse: () => {} } : {});
	return new Map([...tables].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Joins labels, parts and persons to the images found; of rows that repeat one, the first counts. */
function labelledFiles(rows: readonly FoundRow[], place: string, { classes }: ImageOptions) {
	const found = rows.flatMap((row) => (row.name === undefined ? [] : { ...row, name: row.name }));
	const labels = { texts: found.map(({ label }) => label), whereOf: (at: number) => found[at].where, place };
	const { emotions, labels: read } = readRowLabels(labels, classes);
	const usages = usagesOf(found);
	const first = new Map<string, number>();
	const files = found.map((row, at): LabelledFile => {
		const known = first.get(row.name);
		if (known === undefined) {
			first.set(row.name, at);
			return { name: row.name, label: read[at], usage: usages[at], subject: row.person || undefined };
		}
		if (read[known] === read[at] && usages[known] === usages[at]) return { name: row.name, label: 'named again' };
		const other = usages[known] === usages[at] ? `the label ${row.label}` : 'another part';
		const expected = `the label and part of ${row.name} in ${found[known].where}`;
		throw new DataError(expected, row.where, other, 'Keep one of these rows.');
	});
	return { emotions, files };
}

/** The usage of each image: by the column, else by the names of the tables, else by the folders of the images. */
function usagesOf(rows: readonly (FoundRow & { readonly name: string })[]) {
	const written = rows.map(({ part }) => part || undefined);
	if (written.some((part) => part !== undefined)) {
		for (const [at, part] of written.entries()) {
			if (part !== undefined && partOfName(part) !== undefined) continue;
			const found = part === undefined ? 'none' : JSON.stringify(part);
			throw new DataError('train, validation or test as the part', rows[at].where, found, 'Correct this row.');
		}
		return usagesOfWords(written.map((part) => part && partOfName(part)));
	}
	const byTable = usagesOfWords(rows.map(({ table }) => partOfName(table)));
	if (byTable.some((usage) => usage !== undefined)) return byTable;
	return usagesOfWords(rows.map(({ name }) => partOfName(path.posix.dirname(name))));
}

/** Tells where images lie in a folder of another emotion than the table gives them. */
function noteFolders(files: readonly LabelledFile[], emotions: readonly string[], { onNote }: ImageOptions): void {
	const others = files.filter(({ name, label }) => {
		const folder = path.posix.basename(path.posix.dirname(name));
		const own = classOfName(folder);
		return own !== undefined && typeof label === 'number' && own !== classOfName(emotions[label]);
	});
	if (others.length === 0) return;
	const count = formatCount(others.length);
	onNote?.(`The table gives ${count} images another label than their folder, as ${others[0].name}; the table counts.`);
}
