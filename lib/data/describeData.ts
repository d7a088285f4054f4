import path from 'node:path';
import { EMOTIONS, type Emotion, missingEmotions } from '../emotions';
import { formatCount } from '../format';
import { type Audit, auditDataset, auditTable, type Part } from './audit';
import { classCounts, type Dataset, USAGES, type Usage } from './dataset';
import { detectLayout, LAYOUTS, type Layout } from './readers/detectLayout';
import type { FaceSet } from './readers/faceSet';
import { type ReadFacesOptions, readDetected } from './readers/readFaces';
import type { Split } from './split';

/** Images of one part of a data set. */
export interface PartCounts {
	/** The part's name in FER2013's terms; `all images` where the source has no parts. */
	readonly part: Usage | 'all images';
	/** Images of each class, by label. */
	readonly counts: readonly number[];
}

/** What a data set holds, in numbers. */
export interface DataDescription extends Pick<FaceSet, 'dropped' | 'sizes' | 'unreadable'> {
	/** The name of the file or folder. */
	readonly place: string;
	readonly layout: Layout;
	readonly name: string;
	/** The classes by label. */
	readonly classes: readonly string[];
	/** False where the classes are the folders' own instead of our emotions. */
	readonly areEmotions: boolean;
	readonly images: number;
	readonly parts: readonly PartCounts[];
	/** Emotions that no image shows; empty for own classes. */
	readonly missing: readonly Emotion[];
	/** Persons, where the source tells them apart. */
	readonly subjects?: number;
	/** Blank images and exact copies, as they are at `shape`. */
	readonly audit: Audit;
	readonly shape: Dataset['shape'];
	/** A few of the blank images and of the groups of copies, by file or row. */
	readonly blankNames: readonly string[];
	readonly copyNames: readonly (readonly string[])[];
}

/** RAF-DB's own size. Other sets are compared at FER2013's, at which they are used. */
const SIZES: Partial<Record<Layout, number>> = { 'rafdb-folders': 100, 'rafdb-release': 100 };
const LISTED = 20;
export const PLOT_PARTS = {
	Training: 'training',
	PublicTest: 'validation',
	PrivateTest: 'test',
	Test: 'test',
} as const;

/**
 * Describes the data set at a path: its layout, classes and parts, sizes, blank images, exact copies, and files that are
 * no complete images. Reads and decodes all of it, in grey.
 * @param options.size Height and width at which images are compared. Default 100 for RAF-DB, else 48.
 * @throws {DataError} If no known layout lies there, or its labels are not as they should be.
 */
export async function describeData(source: string, options: ReadFacesOptions = {}): Promise<DataDescription> {
	const detected = await detectLayout(source);
	const size = options.size ?? SIZES[detected.layout];
	const faces = await readDetected(detected, { ...options, size, channels: 1, unreadable: 'list' });
	const { dataset, layout, dropped, sizes, unreadable, names, subjects } = faces;
	const areEmotions = dataset.emotions.join() === EMOTIONS.join();
	const audit = auditParts(dataset);
	return {
		place: path.basename(path.resolve(source)),
		layout,
		name: dataset.name,
		classes: dataset.emotions,
		areEmotions,
		images: dataset.labels.length,
		parts: partsOf(dataset),
		missing: areEmotions ? missingEmotions(dataset.labels) : [],
		subjects: subjects?.length,
		audit,
		shape: dataset.shape,
		blankNames: audit.blankExamples.map((index) => names[index]),
		copyNames: audit.copyExamples.map((group) => group.map((index) => names[index])),
		dropped,
		sizes,
		unreadable,
	};
}

function partsOf({ labels, usage, emotions }: Dataset): PartCounts[] {
	if (!usage) return [{ part: 'all images', counts: classCounts(labels, emotions.length) }];
	return USAGES.flatMap((part, number) => {
		const own = labels.filter((_, index) => usage[index] === number);
		return own.length === 0 ? [] : [{ part, counts: classCounts(own, emotions.length) }];
	});
}

/** Audits the images, and looks for copies across the parts that the source has. */
function auditParts(dataset: Dataset): Audit {
	const split = dataset.usage && splitOf(dataset);
	const audit = auditDataset(dataset, split);
	const has = (part: Part) => split !== undefined && split[part].length > 0;
	return { ...audit, crossing: audit.crossing.filter(({ part, copyIn }) => has(part) && has(copyIn)) };
}

/** The source's own parts as a split. */
function splitOf({ usage = new Uint8Array() }: Dataset): Split {
	const all = Uint32Array.from(usage.keys());
	const ofPart = (part: string) => all.filter((index) => PLOT_PARTS[USAGES[usage[index]]] === part);
	const [train, validation, test] = ['training', 'validation', 'test'].map(ofPart);
	return { protocol: 'official', seed: 0, train, validation, test };
}

/** Writes a description as lines of text. */
export function formatDescription(description: DataDescription): string {
	const { layout, name, images, sizes, dropped, missing, subjects, unreadable, shape } = description;
	const counts = (values: Readonly<Record<string, number>>) =>
		Object.entries(values).map(([what, count]) => `${formatCount(count)} ${what}`);
	const allSizes = counts(sizes);
	const moreSizes = allSizes.length > LISTED ? `, and ${allSizes.length - LISTED} other sizes` : '';
	const lines = [
		`${name}: ${formatCount(images)} images`,
		`Layout    ${layout} (${LAYOUTS[layout]})`,
		`Sizes     ${allSizes.slice(0, LISTED).join(', ') || 'not told by this layout'}${moreSizes}`,
	];
	if (subjects !== undefined) lines.push(`Subjects  ${subjects}; a split must not divide one`);
	if (Object.keys(dropped).length > 0) lines.push(`Left out  ${counts(dropped).join(', ')}`);
	if (missing.length > 0) {
		lines.push(`Missing   ${missing.join(', ')}: ${EMOTIONS.length - missing.length}-way`);
	}
	if (!description.areEmotions) lines.push("Classes   the folders' own: not all are named after our emotions");
	lines.push('', ...classTable(description), '', `Compared pixel by pixel as ${shape[1]}x${shape[0]} grey:`);
	for (const { finding, count, of } of auditTable(description.audit)) {
		lines.push(`  ${formatCount(count).padStart(7)} of ${formatCount(of).padStart(7)}  ${finding}`);
	}
	if (description.blankNames.length > 0) lines.push(`  Blank, for example: ${description.blankNames.join(', ')}`);
	const copies = description.copyNames.map((group) => group.join(' = '));
	if (copies.length > 0) lines.push('  Copies, for example:', ...copies.map((group) => `    ${group}`));
	lines.push(`Unreadable files: ${formatCount(unreadable.length)}`);
	for (const { name: file, reason } of unreadable.slice(0, LISTED)) lines.push(`  ${file}: ${reason}`);
	if (unreadable.length > LISTED) lines.push(`  and ${formatCount(unreadable.length - LISTED)} more`);
	return lines.join('\n');
}

function classTable({ classes, parts }: DataDescription): string[] {
	const rows = classes.map((name, label) => [name, ...parts.map(({ counts }) => counts[label])]);
	const totals = parts.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0));
	const withSum = (cells: (string | number)[]) =>
		parts.length === 1 ? cells : [...cells, cells.slice(1).reduce<number>((sum, count) => sum + Number(count), 0)];
	const head = ['class', ...parts.map(({ part }) => part), ...(parts.length === 1 ? [] : ['all'])];
	const table = [head, ...[...rows, ['all', ...totals]].map(withSum)];
	const text = table.map((row) => row.map((cell) => (typeof cell === 'number' ? formatCount(cell) : cell)));
	const widths = head.map((_, column) => Math.max(...text.map((row) => row[column].length)));
	return text.map((row) =>
		row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
	);
}
