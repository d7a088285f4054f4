import { type Dataset, firstCopies, groupIndices, imageAt } from './dataset';
import type { Part, Split } from './split';

/** Examples kept of each finding. */
const EXAMPLES = 5;

/** Problems found in a data set; examples are indices of images. */
export type Audit = Readonly<ReturnType<typeof auditDataset>>;

/**
 * Counts exact duplicates, conflicting labels among them, those across a split, and blank images.
 * @example
 * ```ts
 * const split = fer.splitDataset(dataset, { protocol: 'official', seed: 1 });
 * const audit = fer.auditDataset(dataset, split);
 * console.table(fer.auditTable(audit)); // 70 distinct images of 70, none blank
 * ```
 */
export function auditDataset(dataset: Dataset, split?: Split) {
	const { labels } = dataset;
	const first = firstCopies(dataset);
	const all = groupIndices([...labels.keys()], first);
	// In the order in which each group gets its second image.
	const groups = all.filter((group) => group.length > 1).sort((a, b) => a[1] - b[1]);
	const conflicting = groups.filter((group) => group.some((image) => labels[image] !== labels[group[0]]));
	const isBlank = (pixels: Uint8Array) => pixels.every((value) => value === pixels[0]);
	const blank = [...labels.keys()].filter((index) => isBlank(imageAt(dataset, index)));
	return {
		images: labels.length,
		/** Images that differ from one another in at least one pixel. */
		distinctImages: all.length,
		/** Groups of two or more images with the same pixels. */
		copyGroups: groups.length,
		copyExamples: groups.slice(0, EXAMPLES),
		/** Groups of duplicates whose labels differ. */
		conflictingGroups: conflicting.length,
		conflictingExamples: conflicting.slice(0, EXAMPLES),
		/** Images whose pixels all have the same value. */
		blankImages: blank.length,
		blankExamples: blank.slice(0, EXAMPLES),
		crossing: split ? crossingCopies(split, first) : [],
	};
}

/**
 * Returns an audit as the rows of a table: the finding, its count, and the total it refers to.
 * @example
 * ```ts
 * const rows = fer.auditTable(fer.auditDataset(dataset));
 * rows[0]; // { finding: 'distinct images', count: 70, of: 70 }
 * ```
 */
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

/** Counts the images of one part that have a duplicate in another; an example is an image and one duplicate. */
function crossingCopies(split: Split, first: Uint32Array) {
	const pairs: [Part, Part][] = [
		['validation', 'train'],
		['test', 'train'],
		['test', 'validation'],
	];
	return pairs.map(([part, copyIn]) => {
		const copyOf = new Map(Array.from(split[copyIn], (index) => [first[index], index]));
		const found = Array.from(split[part]).flatMap((index): [number, number][] => {
			const copy = copyOf.get(first[index]);
			return copy === undefined ? [] : [[index, copy]];
		});
		return { part, copyIn, images: found.length, of: split[part].length, examples: found.slice(0, EXAMPLES) };
	});
}
