import path from 'node:path';
import { EMOTIONS, type Emotion, missingEmotions } from '../emotions';
import { formatCount } from '../format';
import { type Audit, auditDataset, auditTable } from './audit';
import { countClasses, type Dataset, imagesOf, USAGES, type Usage } from './dataset';
import { detectLayout, LAYOUTS, type Layout } from './readers/detectLayout';
import type { FaceSet } from './readers/faceSet';
import { type ReadFacesOptions, readDetected } from './readers/readFaces';

/** The images of one part of a data set. */
export interface PartCounts {
	/** The name of the part in FER2013's terms; `all images` if the source has no parts. */
	readonly part: Usage | 'all images';
	/** Images of each class, by label. */
	readonly counts: readonly number[];
}

/** Statistics of a data set. */
export interface DataDescription extends Pick<FaceSet, 'dropped' | 'sizes' | 'unreadable'> {
	/** The name of the file or folder. */
	readonly place: string;
	readonly layout: Layout;
	readonly name: string;
	/** The class names, by label. */
	readonly classes: readonly string[];
	/** False if the classes are those of the folders instead of our emotions. */
	readonly areEmotions: boolean;
	readonly images: number;
	readonly parts: readonly PartCounts[];
	/** Emotions without an image; empty if the classes are not our emotions. */
	readonly missing: readonly Emotion[];
	/** Number of persons, if the source identifies them. */
	readonly subjects?: number;
	/** Blank images and exact duplicates, compared at `shape`. */
	readonly audit: Audit;
	readonly shape: Dataset['shape'];
	/** A few blank images and groups of duplicates, by file or row. */
	readonly blankNames: readonly string[];
	readonly copyNames: readonly (readonly string[])[];
}

/** The size of RAF-DB. Other sets are compared at that of FER2013, at which they are used. */
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
 * Describes the data set at a path: its layout, classes and parts, image sizes, blank images, exact
 * duplicates, and unreadable files. Reads and decodes all of it, in grey.
 * @param options.size Height and width at which images are compared. Default 100 for RAF-DB, else 48.
 * @throws {DataError} If the layout is unknown, or its labels are invalid.
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

function partsOf(dataset: Dataset): PartCounts[] {
	if (!dataset.usage) return [{ part: 'all images', counts: countClasses(dataset) }];
	const parts = USAGES.map((part) => ({ part, images: imagesOf(dataset, part) }));
	return parts.flatMap(({ part, images }) =>
		images.length === 0 ? [] : { part, counts: countClasses(dataset, images) },
	);
}

/** Audits the images, and looks for duplicates across the parts of the source. */
function auditParts(dataset: Dataset): Audit {
	const inPart = (part: string) =>
		Uint32Array.from(dataset.labels.keys()).filter((index) => {
			return dataset.usage && PLOT_PARTS[USAGES[dataset.usage[index]]] === part;
		});
	const split = { train: inPart('training'), validation: inPart('validation'), test: inPart('test') };
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
	if (!description.areEmotions) lines.push('Classes   the folders, as not all are named after our emotions');
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
	return lines.join('\n');
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
