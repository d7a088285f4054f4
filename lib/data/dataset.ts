import { createHash } from 'node:crypto';
import { EMOTIONS } from '../emotions';
import { invalidArgument } from '../errors';
import { type Random, shuffle } from '../random';
import { chunksOf, type Pixels, selectPixels } from './pixels';

/** The parts of FER2013; `Test` marks images of a source that keeps PublicTest and PrivateTest together. */
export const USAGES = ['Training', 'PublicTest', 'PrivateTest', 'Test'] as const;

export type Usage = (typeof USAGES)[number];

/** Labelled images: the pixels of all images, in memory (a Uint8Array) or in a file, and one label per image. */
export interface Dataset<P extends Pixels = Pixels> {
	/** The name for captions and results: `FER2013`, `sample faces`. */
	readonly name: string;
	/** True for faces drawn by this project in place of a real data set. */
	readonly drawn: boolean;
	/** Height, width and channels of an image (1 grey, 3 RGB). */
	readonly shape: readonly [height: number, width: number, channels: number];
	/** `[size, height, width, channels]`, 0 to 255. */
	readonly pixels: P;
	/** `[size]`, each an index into `emotions`. */
	readonly labels: Uint8Array;
	/** The class names, by label. */
	readonly emotions: readonly string[];
	/** `[size]`, each an index into `USAGES`; absent if the source is not divided into parts. */
	readonly usage?: Uint8Array;
	/** `[size]`: the number of the person shown, whose images a split keeps together; absent if unknown. */
	readonly persons?: Uint32Array;
	/** SHA-256 of shape, classes, pixels, labels, usage and persons, in hex; identifies the data in caches and checkpoints. */
	readonly fingerprint: string;
}

/** Arguments of `makeDataset`. `drawn` is false and `emotions` those of FER2013 by default. */
type DatasetParts<P extends Pixels> = Omit<Dataset<P>, 'fingerprint' | 'drawn' | 'emotions'> &
	Partial<Pick<Dataset, 'drawn' | 'emotions'>>;

/**
 * Makes a Dataset: checks that its arrays fit together and computes the fingerprint. Copies no array.
 * @throws {RangeError} If lengths differ, or a label or usage is out of range.
 * @example
 * ```ts
 * const [pixels, labels] = [new Uint8Array(2 * 48 * 48), Uint8Array.of(3, 6)];
 * const two = fer.makeDataset({ name: 'two black images', shape: [48, 48, 1], pixels, labels });
 * two.emotions[two.labels[0]]; // 'happy'
 * ```
 */
export function makeDataset<P extends Pixels>(parts: DatasetParts<P>): Dataset<P> {
	const { name, drawn = false, shape, pixels, labels, emotions = EMOTIONS, usage, persons } = parts;
	if (shape.length !== 3 || !shape.every((side) => Number.isInteger(side) && side > 0)) {
		throw invalidArgument('shape', 'three integers above 0', shape);
	}
	const checkLength = (name: string, values: { readonly length: number }, length: number) => {
		if (values.length !== length) throw invalidArgument(name, `${length} values`, `${values.length} values`);
	};
	const checkBelow = (name: string, values: Uint8Array, limit: number) => {
		const wrong = values.findIndex((value) => value >= limit);
		if (wrong >= 0) throw invalidArgument(`${name}[${wrong}]`, `integer from 0 to ${limit - 1}`, values[wrong]);
	};
	checkLength('pixels', pixels, labels.length * imageLength(shape));
	if (usage) checkLength('usage', usage, labels.length);
	if (persons) checkLength('persons', persons, labels.length);
	checkBelow('labels', labels, emotions.length);
	if (usage) checkBelow('usage', usage, USAGES.length);
	const kind = JSON.stringify({ shape, emotions, divided: usage !== undefined });
	const hash = createHash('sha256').update(kind);
	for (const chunk of chunksOf(pixels)) hash.update(chunk);
	hash.update(labels);
	if (usage) hash.update(usage);
	if (persons) hash.update(persons);
	return { name, drawn, shape, pixels, labels, emotions, usage, persons, fingerprint: hash.digest('hex') };
}

/** The number of bytes of an image. */
export function imageLength([height, width, channels]: Dataset['shape']): number {
	return height * width * channels;
}

/** Returns the pixels of one image, `[height * width * channels]`: a view, not a copy, of those in memory. */
export function imageAt({ pixels, shape }: Dataset, index: number): Uint8Array {
	const length = imageLength(shape);
	return pixels.subarray(index * length, (index + 1) * length);
}

/**
 * Returns one image of a data set as a `RawImage`; its pixels are a view, not a copy, of those in memory.
 * @example
 * ```ts
 * const face = fer.faceAt(dataset, 0);
 * [face.height, face.width, face.channels]; // [48, 48, 1]
 * ```
 */
export function faceAt(dataset: Dataset, index: number) {
	const [height, width, channels] = dataset.shape;
	return { pixels: imageAt(dataset, index), height, width, channels: channels as 1 | 3 };
}

/**
 * Returns a new Dataset with some of the images, in the order of `indices`; an index may be repeated. Copies their pixels,
 * unless there are more than 256 MB of them, which are read where they are.
 * @throws {RangeError} If an index is out of range.
 * @example
 * ```ts
 * const happy = [...dataset.labels.keys()].filter((index) => dataset.emotions[dataset.labels[index]] === 'happy');
 * fer.subset(dataset, happy).labels.length; // 10
 * ```
 */
export function subset(dataset: Dataset, indices: ArrayLike<number>): Dataset {
	const size = dataset.labels.length;
	const chosen = Array.from(indices);
	const wrong = chosen.findIndex((index) => !Number.isInteger(index) || index < 0 || index >= size);
	if (wrong >= 0) throw invalidArgument(`indices[${wrong}]`, `integer from 0 to ${size - 1}`, chosen[wrong]);
	const selected = { pixels: dataset.pixels, indices: Uint32Array.from(chosen) };
	const pixels = selectPixels([selected], imageLength(dataset.shape));
	const usage = dataset.usage && labelsAt({ labels: dataset.usage }, chosen);
	const persons = dataset.persons && Uint32Array.from(chosen, (index) => dataset.persons?.[index] ?? 0);
	return makeDataset({ ...dataset, pixels, labels: labelsAt(dataset, chosen), usage, persons });
}

/** Returns the labels of some images, `[indices]`. */
export function labelsAt({ labels }: Pick<Dataset, 'labels'>, indices: ArrayLike<number>): Uint8Array {
	return Uint8Array.from(indices, (index) => labels[index]);
}

/** Returns the images with a usage, in ascending order; none if the source has no parts. */
export function imagesOf(dataset: Dataset, usage: Usage): Uint32Array {
	const wanted = USAGES.indexOf(usage);
	return Uint32Array.from(dataset.labels.keys()).filter((index) => dataset.usage?.[index] === wanted);
}

/** Counts the labels of each class, `[classes]`. */
export function classCounts(labels: ArrayLike<number>, classes: number): number[] {
	const counts = new Array<number>(classes).fill(0);
	for (let index = 0; index < labels.length; index++) counts[labels[index]]++;
	return counts;
}

/** Counts the images of each class, `[classes]`: of all images, or of those at `indices`. */
export function countClasses(dataset: Dataset, indices?: ArrayLike<number>): number[] {
	return classCounts(indices ? labelsAt(dataset, indices) : dataset.labels, dataset.emotions.length);
}

/** Groups indices by their numbers in `groups`; groups and members are in order of first appearance. */
export function groupIndices(indices: Iterable<number>, groups: ArrayLike<number>): number[][] {
	const members = new Map<number, number[]>();
	for (const index of indices) {
		const group = members.get(groups[index]);
		if (group) group.push(index);
		else members.set(groups[index], [index]);
	}
	return [...members.values()];
}

/** For each image, finds the index of the first image with the same pixels, `[size]`: duplicates share this number. */
export function firstCopies(dataset: Dataset): Uint32Array {
	// Keyed by SHA-256: 35,887 digests need a fraction of the memory of the pixels.
	const first = new Map<string, number>();
	return Uint32Array.from(dataset.labels, (_, index) => {
		const key = createHash('sha256').update(imageAt(dataset, index)).digest('base64');
		const known = first.get(key);
		if (known === undefined) first.set(key, index);
		return known ?? index;
	});
}

/** Joins arrays of bytes into a new one. */
export function joinBytes(arrays: readonly Uint8Array[]): Uint8Array {
	const joined = new Uint8Array(arrays.reduce((sum, { length }) => sum + length, 0));
	let filled = 0;
	for (const array of arrays) {
		joined.set(array, filled);
		filled += array.length;
	}
	return joined;
}

/** Cuts indices into batches, shuffled with `random`; the last one may be smaller, and none is dropped. */
export function batchIndices(indices: ArrayLike<number>, batchSize: number, random?: Random): Uint32Array[] {
	if (!Number.isInteger(batchSize) || batchSize < 1) {
		throw invalidArgument('batchSize', 'integer above 0', batchSize);
	}
	const order = Uint32Array.from(indices);
	if (random) shuffle(order, random);
	return Array.from({ length: Math.ceil(order.length / batchSize) }, (_, batch) =>
		order.subarray(batch * batchSize, (batch + 1) * batchSize),
	);
}

/** Copies some images into one float array, `[indices, height, width, channels]`, 0 to 255. */
export function gatherPixels(dataset: Dataset, indices: ArrayLike<number>): Float32Array {
	const length = imageLength(dataset.shape);
	const gathered = new Float32Array(indices.length * length);
	for (let i = 0; i < indices.length; i++) gathered.set(imageAt(dataset, indices[i]), i * length);
	return gathered;
}
