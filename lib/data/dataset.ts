import { createHash } from 'node:crypto';
import { EMOTIONS } from '../emotions';
import { invalidArgument } from '../errors';
import { type Random, shuffle } from '../random';
import type { RawImage } from './rawImage';

/**
 * The parts of FER2013 that a row can belong to, as stored in `Dataset.usage`. The last is not FER2013's own: it marks
 * images of a source that keeps PublicTest and PrivateTest together (the folder layout), so that nobody takes them
 * for either.
 */
export const USAGES = ['Training', 'PublicTest', 'PrivateTest', 'Test'] as const;

/** One of the names in `USAGES`. */
export type Usage = (typeof USAGES)[number];

/** Labelled images in memory: pixels of all images in one array, one label an image. */
export interface Dataset {
	/** What it is, for captions and results: `FER2013`, `sample faces`. */
	readonly name: string;
	/** True for faces drawn by this project, which stand in where no data set is at hand. */
	readonly drawn: boolean;
	/** Image height, width and channels (1 grey, 3 RGB). */
	readonly shape: readonly [height: number, width: number, channels: number];
	/** `[size, height, width, channels]`, 0 to 255. */
	readonly pixels: Uint8Array;
	/** `[size]`, each an index into `emotions`. */
	readonly labels: Uint8Array;
	/** The classes by label. */
	readonly emotions: readonly string[];
	/** `[size]`, each an index into `USAGES`; absent where the source does not divide its images. */
	readonly usage?: Uint8Array;
	/** SHA-256 of shape, classes, pixels, labels and usage, in hex: tells two data sets apart in caches and checkpoints. */
	readonly fingerprint: string;
}

/** What `makeDataset` needs: a Dataset without its fingerprint; `drawn` is false and `emotions` FER2013's by default. */
export type DatasetParts = Omit<Dataset, 'fingerprint' | 'drawn' | 'emotions'> &
	Partial<Pick<Dataset, 'drawn' | 'emotions'>>;

/**
 * Makes a Dataset of its parts: checks that they fit together and computes the fingerprint. Copies no array.
 * @throws {RangeError} If lengths differ, or a label or usage has no name.
 */
export function makeDataset(parts: DatasetParts): Dataset {
	const { name, drawn = false, shape, pixels, labels, emotions = EMOTIONS, usage } = parts;
	if (shape.length !== 3 || !shape.every((side) => Number.isInteger(side) && side > 0)) {
		throw invalidArgument('shape', 'three whole numbers above 0', shape);
	}
	if (pixels.length !== labels.length * imageLength(shape)) {
		throw invalidArgument('pixels', `${labels.length * imageLength(shape)} values`, `${pixels.length} values`);
	}
	if (usage && usage.length !== labels.length) {
		throw invalidArgument('usage', `${labels.length} values`, `${usage.length} values`);
	}
	checkBelow('labels', labels, emotions.length);
	if (usage) checkBelow('usage', usage, USAGES.length);
	const kind = JSON.stringify({ shape, emotions, divided: usage !== undefined });
	const hash = createHash('sha256').update(kind).update(pixels).update(labels);
	if (usage) hash.update(usage);
	return { name, drawn, shape, pixels, labels, emotions, usage, fingerprint: hash.digest('hex') };
}

function checkBelow(name: string, values: Uint8Array, limit: number): void {
	const wrong = values.findIndex((value) => value >= limit);
	if (wrong >= 0) throw invalidArgument(`${name}[${wrong}]`, `integer from 0 to ${limit - 1}`, values[wrong]);
}

/** Values in one image of this shape. */
function imageLength([height, width, channels]: Dataset['shape']): number {
	return height * width * channels;
}

/** Returns the pixels of image `index`, `[height * width * channels]`: a view, not a copy. */
export function imageAt(dataset: Dataset, index: number): Uint8Array {
	const length = imageLength(dataset.shape);
	return dataset.pixels.subarray(index * length, (index + 1) * length);
}

/** Returns image `index` as an image by itself; its pixels are a view, not a copy. */
export function faceAt(dataset: Dataset, index: number): RawImage {
	const [height, width, channels] = dataset.shape;
	return { pixels: imageAt(dataset, index), height, width, channels: channels as 1 | 3 };
}

/**
 * Returns a new Dataset of some images, in the order of `indices`; an index may come twice.
 * @throws {RangeError} If an index is no image's.
 */
export function subset(dataset: Dataset, indices: ArrayLike<number>): Dataset {
	const length = imageLength(dataset.shape);
	const size = dataset.labels.length;
	const pixels = new Uint8Array(indices.length * length);
	for (let place = 0; place < indices.length; place++) {
		const index = indices[place];
		if (!Number.isInteger(index) || index < 0 || index >= size) {
			throw invalidArgument(`indices[${place}]`, `integer from 0 to ${size - 1}`, index);
		}
		pixels.set(imageAt(dataset, index), place * length);
	}
	const pick = (values: Uint8Array) => Uint8Array.from(indices, (index) => values[index]);
	const usage = dataset.usage && pick(dataset.usage);
	return makeDataset({ ...dataset, pixels, labels: pick(dataset.labels), usage });
}

/** Returns how many images each class has, `[classes]`, by label. */
export function classCounts(labels: ArrayLike<number>, classes: number): number[] {
	const counts = new Array<number>(classes).fill(0);
	for (let index = 0; index < labels.length; index++) counts[labels[index]]++;
	return counts;
}

/**
 * Cuts indices into batches; the last one may be smaller, and none is left out.
 * @param random Shuffles a copy of the indices first; without it the order stays.
 * @throws {RangeError} If `batchSize` is no whole number above 0.
 */
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

/** Copies images of a data set into one float array, grey levels 0 to 255. */
export function gatherPixels({ pixels, shape }: Dataset, indices: ArrayLike<number>): Float32Array {
	const size = shape[0] * shape[1] * shape[2];
	const gathered = new Float32Array(indices.length * size);
	for (let i = 0; i < indices.length; i++) {
		gathered.set(pixels.subarray(indices[i] * size, (indices[i] + 1) * size), i * size);
	}
	return gathered;
}
