import { augment } from '../augmentation/augment';
import { classCounts, type Dataset, imageAt } from '../data/dataset';
import type { Trained } from '../evaluation/evaluate';
import { createRandom } from '../random';
import { toBase64 } from './base64';

/** A face of a data set, in a form that can be stored. */
export interface StoredFace {
	/** Its index in the data set. */
	readonly index: number;
	readonly label: number;
	/** `[height, width, channels]` in base64. */
	readonly pixels: string;
}

/** The parts of a run's data that figures show. */
export interface DataSummary {
	/** Names of the classes, by label. */
	readonly emotions: readonly string[];
	readonly faceShape: Dataset['shape'];
	/** Images of each class, by label, in each part. */
	readonly counts: Readonly<Record<'training' | 'validation' | 'test', readonly number[]>>;
	/** The first training faces of each class, by label. */
	readonly samples: readonly (readonly StoredFace[])[];
	/** One face of each class with augmented versions of it as in phase 2: pixels in base64. */
	readonly augmented: readonly { readonly original: StoredFace; readonly versions: readonly string[] }[];
}

const SAMPLES_PER_CLASS = 8;
const VERSIONS = 7;

/** Makes the stored form of one face. */
export function storeFace(dataset: Dataset, index: number): StoredFace {
	return { index, label: dataset.labels[index], pixels: toBase64(imageAt(dataset, index)) };
}

/**
 * Counts a run's images and picks the faces that figures show.
 * @example
 * ```ts
 * const { counts } = fer.summarizeData(run);
 * counts.test[0]; // test images of the first class, angry
 * ```
 */
export function summarizeData(run: Pick<Trained, 'config' | 'dataset' | 'split'>): DataSummary {
	const { dataset, split } = run;
	const { emotions, labels, shape } = dataset;
	const labelsAt = (indices: Uint32Array) => Array.from(indices, (index) => labels[index]);
	const counts = (indices: Uint32Array) => classCounts(labelsAt(indices), emotions.length);
	const samples = emotions.map((_, label) => {
		const ofClass = split.train.filter((index) => labels[index] === label).slice(0, SAMPLES_PER_CLASS);
		return Array.from(ofClass, (index) => storeFace(dataset, index));
	});
	const firsts = samples.flatMap((faces) => faces.slice(0, 1));
	return {
		emotions,
		faceShape: shape,
		counts: { training: counts(split.train), validation: counts(split.validation), test: counts(split.test) },
		samples,
		augmented: firsts.map((original) => ({ original, versions: versionsOf(run, original.index) })),
	};
}

/** Draws augmented versions of a face at its own size. */
function versionsOf({ dataset, config }: Pick<Trained, 'config' | 'dataset'>, index: number): string[] {
	const { augmentation } = config.phase2;
	const seed = createRandom(config.seed, index);
	const images = augment(dataset, Array(VERSIONS).fill(index), { augmentation, seed });
	const pixels = Uint8Array.from(images.dataSync(), Math.round);
	images.dispose();
	const length = pixels.length / VERSIONS;
	return Array.from({ length: VERSIONS }, (_, i) => toBase64(pixels.subarray(i * length, (i + 1) * length)));
}
