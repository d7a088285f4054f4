import path from 'node:path';
import { DataError, invalidArgument } from '../../errors';
import { type Dataset, makeDataset, subset, USAGES } from '../dataset';
import { packingOf, readUnpacked } from './archive';
import { type FerPlusLabels, type FerPlusMode, ferPlusLabels, VOTE_CLASSES } from './ferPlusLabels';

/** The votes of fer2013new.csv, row by row as FER2013 has its images. */
export interface FerPlusVotes {
	/** The file's name, for errors. */
	readonly place: string;
	/** `[rows, 10]`, in the order of `VOTE_CLASSES`. */
	readonly votes: Uint8Array;
	/** `[rows]`, each an index into `USAGES`. */
	readonly usage: Uint8Array;
}

/** FER2013's images under FER+'s labels. */
export interface FerPlusFaces extends FerPlusLabels {
	/** The images that remain, with the usage they had. */
	readonly dataset: Dataset;
}

const HEADER = ['Usage', 'Image name', ...VOTE_CLASSES];
const PARTS: readonly string[] = USAGES.slice(0, 3);
const REMEDY = 'Download fer2013new.csv again: it is not as FER+ publishes it.';

/** Tells fer2013new.csv by its first line. */
export function isFerPlusHeader(line: string): boolean {
	const names = line
		.replace(/^\uFEFF/, '')
		.trim()
		.split(',');
	return names.length === HEADER.length && names.every((name, column) => name.trim() === HEADER[column]);
}

/**
 * Reads the votes of FER+ (Barsoum et al. 2016, arXiv:1608.01041) from fer2013new.csv, plain or gzipped.
 * @throws {DataError} If the header, or a row's fields, usage or votes are not as published.
 */
export async function readFerPlusVotes(file: string): Promise<FerPlusVotes> {
	const place = path.basename(file);
	const { gzipped } = await packingOf(file);
	const [header = '', ...rows] = (await readUnpacked(file, gzipped, collectText, () => undefined)).split(/\r?\n/);
	if (!isFerPlusHeader(header)) {
		const found = JSON.stringify(header.slice(0, 80));
		throw new DataError(`the columns ${HEADER.join(',')}`, `row 1 of ${place}`, found, REMEDY);
	}
	while (rows[rows.length - 1] === '') rows.pop();
	if (rows.length === 0) throw new DataError('rows below the header', place, 'none', REMEDY);
	const votes = new Uint8Array(rows.length * VOTE_CLASSES.length);
	const usage = rows.map((line, index) => {
		const where = `row ${(index + 2).toLocaleString('en')} of ${place}`;
		const fields = line.split(',');
		if (fields.length !== HEADER.length) {
			throw new DataError(`${HEADER.length} fields`, where, String(fields.length), REMEDY);
		}
		votes.set(
			fields.slice(2).map((field) => readVote(field, where)),
			index * VOTE_CLASSES.length,
		);
		const part = PARTS.indexOf(fields[0].trim());
		if (part >= 0) return part;
		throw new DataError(`a Usage of ${PARTS.join(', ')}`, where, JSON.stringify(fields[0]), REMEDY);
	});
	return { place, votes, usage: Uint8Array.from(usage) };
}

async function collectText(chunks: AsyncIterable<Uint8Array>): Promise<string> {
	const all: Uint8Array[] = [];
	for await (const chunk of chunks) all.push(chunk);
	return Buffer.concat(all).toString('utf8');
}

function readVote(field: string, where: string): number {
	if (/^\s*\d{1,2}\s*$/.test(field)) return Number(field);
	throw new DataError('votes, whole numbers from 0 to 99,', where, JSON.stringify(field.slice(0, 20)), REMEDY);
}

/**
 * Puts FER+'s labels on FER2013's images, joined by row: FER+ lists the images in the order of fer2013.csv, while its
 * image names skip and repeat.
 * @param fer2013 All of FER2013 in the order of its file, as `readFer2013` reads the CSV.
 * @returns The images that remain, their labels, and the soft targets in the same order.
 * @throws {RangeError} If `fer2013` does not say its parts, as the folder layout, whose order is another.
 * @throws {DataError} If the rows are not as many, or belong to other parts.
 */
export function joinFerPlus(fer2013: Dataset, ferPlus: FerPlusVotes, mode: FerPlusMode): FerPlusFaces {
	checkSameRows(fer2013, ferPlus);
	const labels = ferPlusLabels(ferPlus.votes, mode);
	const kept = subset(fer2013, labels.rows);
	const { shape, pixels, drawn } = kept;
	const dataset = makeDataset({
		name: `FER+ (${mode})`,
		drawn,
		shape,
		pixels,
		labels: labels.labels,
		usage: kept.usage,
	});
	return { ...labels, dataset };
}

/**
 * Checks that FER+'s rows are FER2013's: as many, and of the same parts.
 * @throws {RangeError} If `fer2013` does not say its parts, as the folder layout, whose order is another.
 * @throws {DataError} If the rows are not as many, or belong to other parts.
 */
export function checkSameRows(fer2013: Dataset, { place, usage }: FerPlusVotes): void {
	if (!fer2013.usage || fer2013.usage.includes(USAGES.indexOf('Test'))) {
		const expected = 'FER2013 with Training, PublicTest and PrivateTest, in the order of fer2013.csv,';
		throw invalidArgument('fer2013', expected, 'one without, whose order is another', 'Read fer2013.csv.');
	}
	const remedy = 'FER+ joins by row: take all of fer2013.csv, and the fer2013new.csv that belongs to it.';
	if (fer2013.labels.length !== usage.length) {
		const [expected, found] = [fer2013.labels.length, usage.length].map((rows) => rows.toLocaleString('en'));
		throw new DataError(`${expected} rows of votes, one for each image,`, place, found, remedy);
	}
	const wrong = usage.findIndex((part, row) => part !== fer2013.usage?.[row]);
	if (wrong >= 0) {
		const where = `row ${(wrong + 2).toLocaleString('en')} of ${place}`;
		throw new DataError(`${USAGES[fer2013.usage[wrong]]}, as FER2013 has it,`, where, USAGES[usage[wrong]], remedy);
	}
}
