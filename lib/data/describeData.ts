import path from 'node:path';
import { EMOTIONS, missingEmotions } from '../emotions';
import { DataError, printable } from '../errors';
import { formatCount } from '../format';
import { type Audit, auditDataset, auditTable } from './audit';
import { countClasses, type Dataset, imagesOf, USAGES } from './dataset';
import { areNumbers } from './readers/classFolders';
import { classOfName } from './readers/classNames';
import { checkFer2013 } from './readers/fer2013Identity';
import { FER2013_SHAPE } from './readers/readerOptions';
import { detectLayout, LAYOUTS, type Layout, type ReadFacesOptions, readDetected } from './readers/readFaces';

/** Statistics of a data set. */
export type DataDescription = Readonly<Awaited<ReturnType<typeof describeData>>>;

/** The size of RAF-DB. Other sets are compared at FER2013's size, at which they are used. */
const SIZES: Partial<Record<Layout, number>> = { 'rafdb-folders': 100, 'rafdb-release': 100 };
const LISTED = 20;
/** The part of the class distribution in which each usage is plotted. */
export const PLOT_PARTS = {
	Training: 'training',
	PublicTest: 'validation',
	PrivateTest: 'test',
	Test: 'test',
} as const;

/**
 * Describes the data set at a path: its layout, classes and parts, image sizes, blank images, exact duplicates (compared
 * at `options.size`), and unreadable files. Reads and decodes all of it, in grey.
 */
export async function describeData(source: string, options: ReadFacesOptions = {}) {
	const detected = await detectLayout(source);
	const size = options.size ?? SIZES[detected.layout] ?? FER2013_SHAPE[0];
	const notes: string[] = [];
	const onNote = (text: string) => void notes.push(text);
	const faces = await readDetected(detected, { ...options, onNote, size, channels: 1, unreadable: 'list' });
	const { dataset, layout, dropped, sizes, unreadable, names, subjects, passedOver } = faces;
	const { emotions: classes, labels, name, shape } = dataset;
	const areEmotions = classes.join() === EMOTIONS.join();
	const audit = auditParts(dataset);
	if (layout === 'fer2013-csv' || layout === 'fer2013-folders') notes.push(identityOf(dataset));
	return {
		/** The name of the file or folder. */
		place: path.basename(path.resolve(source)),
		layout,
		name,
		classes,
		/** False if the classes are those of the source instead of our emotions. */
		areEmotions,
		images: labels.length,
		parts: partsOf(dataset),
		/** Emotions without an image. */
		missing: areEmotions ? missingEmotions(labels) : [],
		/** Number of persons, if the source identifies them. */
		subjects: subjects?.length,
		/** Blank images and exact duplicates, compared at `shape`. */
		audit,
		shape,
		/** A few blank images and groups of duplicates, by file or row. */
		blankNames: audit.blankExamples.map((index) => names[index]),
		copyNames: audit.copyExamples.map((group) => group.map((index) => names[index])),
		dropped,
		sizes,
		unreadable,
		/** Number of files that were found and not read, by ending or kind. */
		passedOver,
		/** What else to know, in sentences: how a source differs from the published one, what numbers of classes stand for. */
		notes,
	};
}

/** Compares FER2013 with the published file. */
function identityOf(dataset: Dataset): string {
	try {
		const difference = checkFer2013(dataset);
		return difference ? `This is FER2013, but ${difference}.` : 'This is FER2013 as published.';
	} catch (error) {
		if (!(error instanceof DataError)) throw error;
		return `This is not the whole of FER2013. ${error.message}`;
	}
}

/** Counts the images of each class, by label, in each part of the source. */
function partsOf(dataset: Dataset) {
	if (!dataset.usage) return [{ part: 'all images' as const, counts: countClasses(dataset) }];
	const parts = USAGES.map((part) => ({ part, counts: countClasses(dataset, imagesOf(dataset, part)) }));
	return parts.filter(({ counts }) => counts.some((count) => count > 0));
}

/** Audits the images, and looks for duplicates across the parts of the source. */
function auditParts(dataset: Dataset): Audit {
	const [train, validation, privateTest, test] = USAGES.map((usage) => imagesOf(dataset, usage));
	const split = { train, validation, test: Uint32Array.from([...privateTest, ...test]).sort() };
	const audit = auditDataset(dataset, { protocol: 'official', seed: 0, ...split });
	const crossing = audit.crossing.filter(({ part, copyIn }) => split[part].length > 0 && split[copyIn].length > 0);
	return { ...audit, crossing };
}

/** Formats a description as lines of text. */
export function formatDescription(description: DataDescription): string {
	const { layout, name, images, missing, subjects, unreadable, shape, blankNames } = description;
	const counts = (values: Readonly<Record<string, number>>) =>
		Object.entries(values).map(([what, count]) => `${formatCount(count)} ${what}`);
	const [sizes, dropped] = [counts(description.sizes), counts(description.dropped)];
	const moreSizes = sizes.length > LISTED ? `, and ${sizes.length - LISTED} other sizes` : '';
	const lines = [
		`${name}: ${formatCount(images)} images`,
		`Layout    ${layout} (${LAYOUTS[layout]})`,
		`Sizes     ${sizes.slice(0, LISTED).join(', ') || 'not available in this layout'}${moreSizes}`,
	];
	if (subjects !== undefined) lines.push(`Subjects  ${subjects}; a split must keep each of them whole`);
	if (dropped.length > 0) lines.push(`Left out  ${dropped.join(', ')}`);
	if (missing.length > 0) lines.push(`Missing   ${missing.join(', ')}: ${EMOTIONS.length - missing.length}-way`);
	if (!description.areEmotions) lines.push(ownClassesLine(description));
	const passedOver = counts(description.passedOver);
	if (passedOver.length > 0) lines.push(`Not read  ${passedOver.join(', ')}`);
	for (const note of description.notes) lines.push(`Note      ${note}`);
	lines.push('', ...classTable(description), '', `Compared pixel by pixel as ${shape[1]}x${shape[0]} grey:`);
	for (const { finding, count, of } of auditTable(description.audit)) {
		lines.push(`  ${formatCount(count).padStart(7)} of ${formatCount(of).padStart(7)}  ${finding}`);
	}
	if (blankNames.length > 0) lines.push(`  Blank, for example: ${blankNames.join(', ')}`);
	const copies = description.copyNames.map((group) => `    ${group.join(' = ')}`);
	if (copies.length > 0) lines.push('  Copies, for example:', ...copies);
	lines.push(`Unreadable files: ${formatCount(unreadable.length)}`);
	for (const { name: file, reason } of unreadable.slice(0, LISTED)) lines.push(`  ${file}: ${reason}`);
	if (unreadable.length > LISTED) lines.push(`  and ${formatCount(unreadable.length - LISTED)} more`);
	return printable(lines.join('\n'));
}

/** Says why the classes are those of the source, and which of them are no emotions. */
function ownClassesLine({ classes, layout }: DataDescription): string {
	const source = layout.endsWith('folders') ? 'the folders' : 'the labels of the source';
	if (areNumbers(classes)) return `Classes   ${source}: which emotion each number stands for is not known`;
	const others = classes.filter((name) => classOfName(name) === undefined);
	const shown = others.slice(0, LISTED).join(', ') + (others.length > LISTED ? ' ...' : '');
	return `Classes   ${source}, as not all are named after our emotions: ${shown}`;
}

function classTable({ classes, parts }: DataDescription): string[] {
	const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
	const columns = parts.map(({ part, counts }) => ({ part: part as string, counts: [...counts, sum(counts)] }));
	if (columns.length > 1) {
		const rows = columns[0].counts.map((_, row) => sum(columns.map(({ counts }) => counts[row])));
		columns.push({ part: 'all', counts: rows });
	}
	const pad = (cells: string[], left: boolean) => {
		const width = Math.max(...cells.map(({ length }) => length));
		return cells.map((cell) => (left ? cell.padEnd(width) : cell.padStart(width)));
	};
	const names = pad(['class', ...classes, 'all'], true);
	const texts = columns.map(({ part, counts }) => pad([part, ...counts.map(formatCount)], false));
	return names.map((name, row) => [name, ...texts.map((column) => column[row])].join('  '));
}
