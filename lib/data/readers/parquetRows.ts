import { type Dataset, joinBytes, makeDataset, USAGES } from '../dataset';
import { readLabel, readPixels } from './csvFields';
import { type FaceSet, type ImageOptions, type LabelledFile, readImages } from './faceSet';
import type { FileTree } from './fileTree';
import { type ParquetFile, readImageBatches } from './parquetFile';
import { usagesOfWords } from './partFolders';
import { FER2013_SHAPE, progressOf } from './readerOptions';
import { readRowLabels } from './rowLabels';

/** A row of a Parquet file. */
export interface ParquetRow {
	/** The name of its image, for errors and results. */
	readonly name: string;
	/** The name of its class, or a number as text; undefined if it has none. */
	readonly label: string | undefined;
	/** The word for its part, if it is known. */
	readonly part: string | undefined;
	readonly person: string | undefined;
	/** For errors. */
	readonly where: string;
}

/** Parquet files with the rows of each. */
interface ParquetContents {
	readonly name: string;
	readonly tree: FileTree;
	readonly files: readonly ParquetFile[];
	readonly rows: readonly (readonly ParquetRow[])[];
}

const IMAGES_AT_ONCE = 64;

/** Reads images whose content is in the files. */
export async function readContents(contents: ParquetContents, options: ImageOptions): Promise<FaceSet> {
	const rows = contents.rows.flat();
	const labelled = rows.flatMap((row) => (row.label === undefined ? [] : { ...row, label: row.label }));
	const texts = labelled.map(({ label }) => label);
	const place = contents.tree.place;
	const { emotions, labels } = readRowLabels({ texts, whereOf: (at) => labelled[at].where, place }, options.classes);
	const usages = usagesOfWords(rows.map(({ part }) => part));
	let at = 0;
	const files = rows.map(({ name, label, person }, index): LabelledFile => {
		const own = label === undefined ? 'without a label' : labels[at++];
		return { name, label: own, usage: usages[index], subject: person };
	});
	return readImages(rowTree(contents), files, { name: contents.name, emotions }, options);
}

/** The rows of the files as files of their own. */
function rowTree({ tree, files, rows }: ParquetContents): FileTree {
	const places = new Set(files.map(({ place }) => place));
	const names = [...rows.flat().map(({ name }) => name), ...tree.names.filter((name) => !places.has(name))];
	const total = Math.max(1, rows.flat().length);
	const each: FileTree['each'] = async (wanted, take, { report, refuse } = {}) => {
		let done = 0;
		for (const [number, file] of files.entries()) {
			for (const { start, values } of readImageBatches(file)) {
				const some = values.map((value, at) => ({ name: rows[number][start + at].name, value }));
				for (let first = 0; first < some.length; first += IMAGES_AT_ONCE) {
					const chosen = some.slice(first, first + IMAGES_AT_ONCE).filter(({ name }) => wanted.has(name));
					await Promise.all(
						chosen.map(({ name, value }) =>
							value instanceof Uint8Array ? take(name, value) : refuse?.(name, 'there is no image in this row'),
						),
					);
				}
				done += values.length;
				report?.(done / total);
			}
		}
	};
	return { ...tree, names, each };
}

/** Reads images of 48x48 grey pixels given as text, as in fer2013.csv, whatever the size asked for. */
export function readPixelRows(
	files: readonly ParquetFile[],
	rows: readonly (readonly ParquetRow[])[],
	options: ImageOptions,
): FaceSet {
	const report = progressOf(options, 'Reading the pixels of FER2013');
	const note = () => {};
	const all = rows.flat();
	const images: Uint8Array[] = [];
	for (const [number, file] of files.entries()) {
		for (const { start, values } of readImageBatches(file)) {
			for (const [at, value] of values.entries()) {
				images.push(readPixels(typeof value === 'string' ? value : '', rows[number][start + at].where, note));
			}
			report(images.length / all.length);
		}
	}
	const usages = usagesOfWords(all.map(({ part }) => part)).flatMap((usage) => usage ?? []);
	const dataset: Dataset = makeDataset({
		name: 'FER2013',
		shape: FER2013_SHAPE,
		pixels: joinBytes(images),
		labels: Uint8Array.from(all, ({ label = '', where }) => readLabel(label, where, note)),
		usage: usages.length === all.length ? Uint8Array.from(usages, (usage) => USAGES.indexOf(usage)) : undefined,
	});
	const [height, width] = FER2013_SHAPE;
	const names = all.map(({ name }) => name);
	return { dataset, names, dropped: {}, sizes: { [`${width}x${height}`]: all.length }, unreadable: [], passedOver: {} };
}
