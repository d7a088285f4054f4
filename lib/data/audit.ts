import { type Dataset, imageAt } from './dataset';
import { firstCopies } from './duplicates';
import type { Split } from './split';

/** Examples kept of each finding. */
const EXAMPLES = 5;

/** One part of a split. */
export type Part = 'train' | 'validation' | 'test';

/** Images of one part that have an exact copy in another part. */
export interface CrossingCopies {
	/** The part whose images are counted. */
	readonly part: Part;
	/** The part that holds their copies. */
	readonly copyIn: Part;
	readonly images: number;
	/** Images in `part`. */
	readonly of: number;
	/** A few of these images, as pairs (image, one copy of it). */
	readonly examples: readonly (readonly [number, number])[];
}

/** What is odd in a data set, in numbers; the examples are indices of images. */
export interface Audit {
	readonly images: number;
	/** Images that differ from one another in at least one pixel. */
	readonly distinctImages: number;
	/** Groups of two or more images with the same pixels. */
	readonly copyGroups: number;
	readonly copyExamples: readonly (readonly number[])[];
	/** Groups of copies whose labels differ. */
	readonly conflictingGroups: number;
	readonly conflictingExamples: readonly (readonly number[])[];
	/** Images all of whose pixels have one value. */
	readonly blankImages: number;
	readonly blankExamples: readonly number[];
	/** Copies across the parts of the split; empty without a split. */
	readonly crossing: readonly CrossingCopies[];
}

/** Counts exact copies, copies with conflicting labels, blank images and, given a split, copies across its parts. */
export function auditDataset(dataset: Dataset, split?: Split): Audit {
	const first = firstCopies(dataset);
	const members = new Map<number, number[]>();
	for (const [index, group] of first.entries()) {
		if (group !== index) members.set(group, [...(members.get(group) ?? [group]), index]);
	}
	const groups = [...members.values()];
	const conflicting = groups.filter((group) =>
		group.some((image) => dataset.labels[image] !== dataset.labels[group[0]]),
	);
	const blank = Array.from(dataset.labels.keys()).filter((index) => isBlank(imageAt(dataset, index)));
	return {
		images: dataset.labels.length,
		distinctImages: first.filter((group, index) => group === index).length,
		copyGroups: groups.length,
		copyExamples: groups.slice(0, EXAMPLES),
		conflictingGroups: conflicting.length,
		conflictingExamples: conflicting.slice(0, EXAMPLES),
		blankImages: blank.length,
		blankExamples: blank.slice(0, EXAMPLES),
		crossing: split ? crossingCopies(split, first) : [],
	};
}

/** Returns the audit as rows of a table: what was counted, how many, and out of how many. */
export function auditTable(audit: Audit): { finding: string; count: number; of: number }[] {
	const of = audit.images;
	return [
		{ finding: 'distinct images', count: audit.distinctImages, of },
		{ finding: 'groups of exact copies', count: audit.copyGroups, of: audit.distinctImages },
		{ finding: 'groups of copies with conflicting labels', count: audit.conflictingGroups, of: audit.copyGroups },
		{ finding: 'blank images', count: audit.blankImages, of },
		...audit.crossing.map(({ part, copyIn, images, of }) => ({
			finding: `${part} images with a copy in ${copyIn}`,
			count: images,
			of,
		})),
	];
}

function isBlank(pixels: Uint8Array): boolean {
	return pixels.every((value) => value === pixels[0]);
}

function crossingCopies(split: Split, first: Uint32Array): CrossingCopies[] {
	const pairs: [Part, Part][] = [
		['validation', 'train'],
		['test', 'train'],
		['test', 'validation'],
	];
	return pairs.map(([part, copyIn]) => {
		const copyOf = new Map(Array.from(split[copyIn], (index) => [first[index], index]));
		const found: [number, number][] = [];
		for (const index of split[part]) {
			const copy = copyOf.get(first[index]);
			if (copy !== undefined) found.push([index, copy]);
		}
		return { part, copyIn, images: found.length, of: split[part].length, examples: found.slice(0, EXAMPLES) };
	});
}
