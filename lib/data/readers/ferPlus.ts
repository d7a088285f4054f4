import { createHash } from 'node:crypto';
import path from 'node:path';
import { LABELLINGS, labelOfClass } from '../../emotions';
import { DataError, invalidArgument } from '../../errors';
import { formatCount, formatPercent } from '../../format';
import { type Dataset, makeDataset, subset, USAGES } from '../dataset';
import { collect, readUnpacked } from './archive';
import { CSV_USAGES, readUsage, rowPlace } from './csvFields';
import { foreignFile, packingOf } from './packing';

/**
 * The votes of fer2013new.csv, in the row order of FER2013: `votes` `[rows, 10]`, and `usage` `[rows]`; `isPublished` if
 * they are those of the published file.
 */
type FerPlusVotes = Readonly<Awaited<ReturnType<typeof readFerPlusVotes>>>;

/** The classes people could vote for in FER+: eight emotions, `unknown` and `NF` (no face). */
export const VOTE_CLASSES: readonly string[] = LABELLINGS.ferPlus.classes.map(([name]) => name);
const LABELS = LABELLINGS.ferPlus.classes.map(labelOfClass);
const CLASSES = VOTE_CLASSES.length;

/** Why a row has no label, by the class that won the vote. */
const REASONS = { contempt: 'contempt', unknown: 'unknown', NF: 'no face' } as const;

/** SHA-256 of the usages and votes of fer2013new.csv as published by microsoft/FERPlus, as `readFerPlusVotes` reads them. */
const VOTES_FINGERPRINT = '006e16fa0867a48dda15f39c7fadd65ce98b8fa61a501c1006d5f65025955dd6';

const HEADER = ['Usage', 'Image name', ...VOTE_CLASSES];
/** Of the published labels, 68 % are the majority's; of those sorted within their parts, 18 %. */
const LEAST_AGREEMENT = 0.5;
/** In fewer rows, chance may decide. */
const COMPARED_ROWS = 1000;
const REMEDY = 'Download fer2013new.csv again: it is not as published.';

/** Whether a line is the header of fer2013new.csv. */
export function isFerPlusHeader(line: string): boolean {
	const names = line.replace(/^\uFEFF/, '').split(',');
	return names.length === HEADER.length && names.every((name, column) => name.trim() === HEADER[column]);
}

/** Reads FER+ votes (Barsoum et al. 2016, arXiv:1608.01041) from fer2013new.csv, plain or gzipped. */
export async function readFerPlusVotes(file: string) {
	const place = path.basename(file);
	const packing = await packingOf(file);
	if (packing.kind !== 'text') {
		const other = packing.kind === 'other' ? packing : { found: 'an archive', remedy: 'Unpack it first.' };
		throw foreignFile('fer2013new.csv', file, other);
	}
	const content = await readUnpacked(file, packing.gzipped, (chunks) => collect(chunks, place));
	const text = content.toString('utf8');
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
	const table = { votes: Uint8Array.from(votes), usage: Uint8Array.from(usage) };
	const fingerprint = createHash('sha256').update(table.usage).update(table.votes).digest('hex');
	return { place, ...table, isPublished: fingerprint === VOTES_FINGERPRINT };
}

/** Reads one field of votes. */
export function readVote(field: string, where: string): number {
	if (/^\s*\d{1,2}\s*$/.test(field)) return Number(field);
	throw new DataError('votes, integers from 0 to 99,', where, JSON.stringify(field.slice(0, 20)), REMEDY);
}

/**
 * Computes majority labels from FER+ votes, `[rows, 10]`, as Barsoum et al. 2016 (arXiv:1608.01041) do.
 *
 * A class with a single vote is an outlier and loses it. The class with more than half of the remaining votes is the
 * label. Rows without such a class are dropped, and so are those labelled contempt, unknown or no face.
 * @returns The rows that have a label, in ascending order, their labels, and the number of rows dropped by reason.
 */
export function ferPlusLabels(votes: Uint8Array) {
	if (votes.length % CLASSES !== 0) throw invalidArgument('votes', 'rows of 10 votes', `${votes.length} values`);
	const [rows, labels]: [number[], number[]] = [[], []];
	const dropped = { 'no face': 0, unknown: 0, 'no agreement': 0, contempt: 0 };
	for (let row = 0; row < votes.length / CLASSES; row++) {
		const label = ferPlusLabel(votes.subarray(row * CLASSES, (row + 1) * CLASSES));
		if (typeof label === 'string') dropped[label]++;
		else {
			rows.push(row);
			labels.push(label);
		}
	}
	return { rows: Uint32Array.from(rows), labels: Uint8Array.from(labels), dropped };
}

/** Returns the label of one row of votes, `[10]`, or the reason why it has none. */
export function ferPlusLabel(votes: Uint8Array): number | 'no agreement' | (typeof REASONS)[keyof typeof REASONS] {
	const left = votes.map((vote) => (vote > 1 ? vote : 0));
	const total = left.reduce((sum, vote) => sum + vote, 0);
	const winner = left.findIndex((vote) => vote > total / 2);
	if (winner < 0) return 'no agreement';
	return LABELS[winner] ?? REASONS[VOTE_CLASSES[winner] as keyof typeof REASONS];
}

/**
 * Labels FER2013 images, as read from its CSV file, with the majority votes of FER+, joined by row: FER+ has the order of
 * fer2013.csv, while its image names skip and repeat.
 */
export function joinFerPlus(fer2013: Dataset, ferPlus: FerPlusVotes) {
	checkSameRows(fer2013, ferPlus);
	const labels = ferPlusLabels(ferPlus.votes);
	const kept = subset(fer2013, labels.rows);
	return { ...labels, dataset: makeDataset({ ...kept, name: 'FER+ (majority)', labels: labels.labels }) };
}

/** Checks that the rows of FER+ are those of FER2013: the same number, in the same parts and order. */
export function checkSameRows(fer2013: Dataset, { place, usage, votes }: FerPlusVotes): void {
	if (!fer2013.usage || fer2013.usage.includes(USAGES.indexOf('Test'))) {
		const expected = `FER2013 with ${CSV_USAGES.join(', ')}, in the order of fer2013.csv,`;
		throw invalidArgument('fer2013', expected, 'one without, in another order', 'Read fer2013.csv.');
	}
	const remedy = 'FER+ is joined by row: use all of fer2013.csv, and the fer2013new.csv that belongs to it.';
	if (fer2013.labels.length !== usage.length) {
		const [expected, found] = [fer2013.labels.length, usage.length].map(formatCount);
		throw new DataError(`${expected} rows of votes, one for each image,`, place, found, remedy);
	}
	const wrong = usage.findIndex((part, row) => part !== fer2013.usage?.[row]);
	if (wrong < 0) {
		checkAgreement(fer2013, place, votes);
		return;
	}
	const expected = `${USAGES[fer2013.usage[wrong]]}, as in FER2013,`;
	throw new DataError(expected, rowPlace(wrong + 2, place), USAGES[usage[wrong]], remedy);
}

/** Copies of FER2013 as images have the same parts in another order, in which few votes agree with the labels. */
function checkAgreement({ labels }: Dataset, place: string, votes: Uint8Array): void {
	const majority = ferPlusLabels(votes);
	const agreeing = majority.labels.filter((label, at) => label === labels[majority.rows[at]]).length;
	const share = agreeing / Math.max(1, majority.labels.length);
	if (share >= LEAST_AGREEMENT || majority.labels.length < COMPARED_ROWS) return;
	const expected = `votes that agree with at least ${formatPercent(LEAST_AGREEMENT)} of FER2013's labels`;
	const remedy = 'Their rows are not the same: use fer2013.csv and fer2013new.csv as published.';
	throw new DataError(expected, place, formatPercent(share), remedy);
}
