/** Reads data sets in Parquet files, as Hugging Face keeps them: their rows are the images. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DataError } from '../../errors';
import { formatMegabytes } from '../../format';
import { WHOLE_BYTES } from './archiveEntry';
import { stampOf } from './cache';
import { chooseImages } from './chosenImages';
import { rowPlace } from './csvFields';
import type { FaceSet, ImageOptions } from './faceSet';
import { type FileTree, openFiles, readTexts as readTextFiles } from './fileTree';
import { isPage, namesInFooter, namesInPages } from './huggingFace';
import { readNamedImages } from './imageTable';
import { isParquet, packingOf } from './packing';
import { arePixels, openParquet, type ParquetFile, readImageBatches, readTexts } from './parquetFile';
import { type ParquetRow, readContents, readPixelRows } from './parquetRows';
import { partOfName } from './partFolders';
import { kindOfSource } from './source';

/** Whether a file is in the Parquet format, by its name. */
export function isParquetName(name: string): boolean {
	return /\.parquet$/i.test(name);
}

/** The Parquet files of a source, and what lies beside them. */
interface ParquetSource {
	readonly name: string;
	readonly tree: FileTree;
	/** Each file by its name in the tree: its path, or its content. */
	readonly files: readonly (readonly [name: string, content: string | Buffer])[];
	/** The texts of README.md and dataset_infos.json. */
	readonly pages: ReadonlyMap<string, string>;
}

/**
 * Reads one Parquet file, or all of a folder or archive. Images are bytes, paths beside the file, or both, as in Hugging
 * Face's copies; or the text of 48x48 pixels, as in fer2013.csv. Labels are names, or numbers whose names are looked for
 * in the file's metadata, and in README.md and dataset_infos.json. The parts are in a column, or in the
 * files' names (`train-00000-of-00002.parquet`).
 */
export async function readParquetFaces(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const { name, tree, files, pages } = await openSource(source);
	const opened = files.map(([file, content]) => openParquet(content, file));
	const rows = opened.map((file) => readRows(file, pages));
	if (opened.every(arePixels)) return chooseImages(readPixelRows(opened, rows, options), options.classes, name);
	if (opened.every(({ images }) => images.holds === 'content')) {
		return readContents({ name, tree, files: opened, rows }, options);
	}
	const named = opened.flatMap((file, at) => namedRows(file, rows[at]));
	const beside =
		kindOfSource(source) === 'file' && tree.names.length === 1 ? await openFiles(path.dirname(source)) : tree;
	return readNamedImages(beside, named, name, options);
}

async function openSource(source: string): Promise<ParquetSource> {
	if (kindOfSource(source) === 'file' && isParquet(await packingOf(source))) {
		const place = path.basename(source);
		const nothing = { passedOver: {}, taken: new Set<string>(), each: async () => {} };
		const tree = { ...nothing, place, names: [place], stamp: () => stampOf(source) };
		const beside = ['README.md', 'dataset_infos.json'].map((name) => path.join(path.dirname(source), name));
		const pages = new Map(beside.filter((file) => existsSync(file)).map((file) => [file, readFileSync(file, 'utf8')]));
		return { name: place.replace(/\.parquet$/i, ''), tree, files: [[place, source]], pages };
	}
	const tree = await openFiles(source);
	const names = tree.names.filter(isParquetName);
	const pages = await readTextFiles(tree, tree.names.filter(isPage));
	const name = tree.place.replace(/\.(tar|tar\.gz|tgz|zip)$/i, '');
	if (kindOfSource(source) === 'folder' && names.every((file) => existsSync(path.join(source, file)))) {
		return { name, tree, files: names.map((file) => [file, path.join(source, file)]), pages };
	}
	const files = new Map<string, Buffer>();
	const refuse = (file: string) => {
		const expected = `Parquet files of at most ${formatMegabytes(WHOLE_BYTES)} inside an archive`;
		throw new DataError(expected, tree.place, `${file}, which is larger`, 'Unpack the archive first.');
	};
	await tree.each(new Set(names), async (file, content) => void files.set(file, Buffer.from(content)), { refuse });
	return { name, tree, files: [...files].sort(([a], [b]) => (a < b ? -1 : 1)), pages };
}

/** Reads what is known of each row but its image. */
function readRows(file: ParquetFile, pages: ReadonlyMap<string, string>): ParquetRow[] {
	const { names, columns, footer, place } = file;
	const column = names[columns.label];
	const classes = namesInFooter(footer, column) ?? namesInPages(pages, column);
	const read = (number: number) => (number < 0 ? undefined : readTexts(file, number));
	const [parts, persons] = [read(columns.part), read(columns.person)];
	const ownPart = partOfName(place);
	return readTexts(file, columns.label).map((text, index) => {
		const where = rowPlace(index + 1, place);
		const part = parts ? partOfName(parts[index] ?? '') : ownPart;
		return {
			name: `${place} row ${index + 1}`,
			label: labelOf(text, classes, where),
			part,
			person: persons?.[index] ?? undefined,
			where,
		};
	});
}

/** The label as text: the name of its class, where numbers have names; undefined without one, which is -1 in `datasets`. */
function labelOf(value: string | null, classes: readonly string[] | undefined, where: string): string | undefined {
	const text = value?.trim().replace(/^(-?\d+)\.0+$/, '$1') ?? '';
	if (text === '' || (classes && text === '-1')) return undefined;
	if (!classes || !/^\d+$/.test(text)) return text;
	const name = classes[Number(text)];
	if (name !== undefined) return name;
	throw new DataError(`a label from 0 to ${classes.length - 1}`, where, text, 'Correct it, or the names of classes.');
}

/** The rows of a file whose images are files beside it. */
function namedRows(file: ParquetFile, rows: readonly ParquetRow[]) {
	const values = [...readImageBatches(file)].flatMap((batch) => batch.values);
	return rows.flatMap(({ label, part = '', person = '', where }, index) => {
		const image = values[index];
		if (typeof image !== 'string') throw new DataError('the path of an image', where, 'none', 'Delete this row.');
		return label === undefined ? [] : { image, label, part, person, where, table: file.place };
	});
}
