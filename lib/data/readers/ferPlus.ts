import path from 'node:path';
import { DataError, invalidArgument } from '../../errors';
import { type Dataset, makeDataset, subset, USAGES } from '../dataset';
import { collect, packingOf, readUnpacked } from './archive';
import { CSV_USAGES, readUsage, rowPlace } from './fer2013Csv';
import { type FerPlusLabels, ferPlusLabels, VOTE_CLASSES } from './ferPlusLabels';

/** The votes of fer2013new.csv, in the row order of FER2013. */
export interface FerPlusVotes {
	/** The name of the file, for errors. */
	readonly place: string;
	/** `[rows, 10]`, in the order of `VOTE_CLASSES`. */
	readonly votes: Uint8Array;
	/** `[rows]`, each an index into `USAGES`. */
	readonly usage: Uint8Array;
}

/** FER2013 images with FER+ labels. */
export interface FerPlusFaces extends FerPlusLabels {
	/** The images that have a label, with their usages. */
	readonly dataset: Dataset;
}

const HEADER = ['Usage', 'Image name', ...VOTE_CLASSES];
const REMEDY = 'Download fer2013new.csv again: it is not as published.';

/** Whether a line is the header of fer2013new.csv. */
export function isFerPlusHeader(line: string): boolean {
	const names = line.replace(/^\uFEFF/, '').split(',');
	return names.length === HEADER.length && names.every((name, column) => name.trim() === HEADER[column]);
}

/**
 * Reads FER+ votes (Barsoum et al. 2016, arXiv:1608.01041) from fer2013new.csv, plain or gzipped.
 * @throws {DataError} If the header, or the fields, usage or votes of a row are not as published.
 */
export async function readFerPlusVotes(file: string): Promise<FerPlusVotes> {
	const place = path.basename(file);
	const { gzipped } = await packingOf(file);
	const text = (await readUnpacked(file, gzipped, collect)).toString('utf8');
	const [header = '', ...rows] = text.split(/\r?\n/);
	if (!isFerPlusHeader(header)) {
		const found = JSON.stringify(header.slice(0, 80));
		throw new DataError(`the columns ${HEADER.join(',')}`, `row 1 of ${place}`, found, REMEDY);
	}
	while (rows[rows.length - 1] === '') rows.pop();
	if (rows.length === 0) throw new DataError('rows below the header', place, 'none', REMEDY);
	const usage: number[] = [];
	const votes = rows.flatMap((line, index) => {
		const where = rowPlace(index + 2, place);
		const [part, , ...fields] = line.split(',');
		if (fields.length !== VOTE_CLASSES.length) {
			throw new DataError(`${HEADER.length} fields`, where, String(line.split(',').length), REMEDY);
		}
		usage.push(readUsage(part, where, REMEDY));
		return fields.map((field) => readVote(field, where));
	});
	return { place, votes: Uint8Array.from(votes), usage: Uint8Array.from(usage) };
}

function readVote(field: string, where: string): number {
	if (/^\s*\d{1,2}\s*$/.test(field)) return Number(field);
	throw new DataError('votes, integers from 0 to 99,', where, JSON.stringify(field.slice(0, 20)), REMEDY);
}

/**
 * Labels FER2013 images with the majority votes of FER+, joined by row: FER+ has the order of
 * fer2013.csv, while its image names skip and repeat.
 * @param fer2013 All of FER2013 in the order of its file, as `readFer2013` reads the CSV.
 * @returns The images that have a label, and the labels.
 * @throws {RangeError} If `fer2013` is not in that order: the folder layout has another one.
 * @throws {DataError} If the number of rows or their parts differ.
 */
export function joinFerPlus(fer2013: Dataset, ferPlus: FerPlusVotes): FerPlusFaces {
	checkSameRows(fer2013, ferPlus);
	const labels = ferPlusLabels(ferPlus.votes);
	const kept = subset(fer2013, labels.rows);
	return { ...labels, dataset: makeDataset({ ...kept, name: 'FER+ (majority)', labels: labels.labels }) };
}

/**
 * Checks that the rows of FER+ are those of FER2013: the same number, in the same parts.
 * @throws {RangeError} If `fer2013` is not in the order of fer2013.csv: the folder layout has another one.
 * @throws {DataError} If the number of rows or their parts differ.
 */
export function checkSameRows(fer2013: Dataset, { place, usage }: FerPlusVotes): void {
	if (!fer2013.usage || fer2013.usage.includes(USAGES.indexOf('Test'))) {
		const expected = `FER2013 with ${CSV_USAGES.join(', ')}, in the order of fer2013.csv,`;
		throw invalidArgument('fer2013', expected, 'one without, in another order', 'Read fer2013.csv.');
	}
	const remedy = 'FER+ is joined by row: use all of fer2013.csv, and the fer2013new.csv that belongs to it.';
	if (fer2013.labels.length !== usage.length) {
		const [expected, found] = [fer2013.labels.length, usage.length].map((rows) => rows.toLocaleString('en'));
		throw new DataError(`${expected} rows of votes, one for each image,`, place, found, remedy);
	}
	const wrong = usage.findIndex((part, row) => part !== fer2013.usage?.[row]);
	if (wrong < 0) return;
	const expected = `${USAGES[fer2013.usage[wrong]]}, as in FER2013,`;
	throw new DataError(expected, rowPlace(wrong + 2, place), USAGES[usage[wrong]], remedy);
}
