import { augment } from '../augmentation/augment';
import { classCounts, type Dataset, imageAt } from '../data/dataset';
import { createRandom } from '../random';
import type { Run } from '../training/run';

/** A face of a data set, small enough to store. */
export interface StoredFace {
	/** Its place in the data set. */
	readonly index: number;
	readonly label: number;
	/** `[height, width, channels]` in base64. */
	readonly pixels: string;
}

/** A face and what it was taken for. */
export interface StoredReading extends StoredFace {
	readonly predictedLabel: number;
	readonly confidence: number;
}

/** What the figures show of a run's data. */
export interface DataSummary {
	/** The classes by label. */
	readonly emotions: readonly string[];
	readonly faceShape: Dataset['shape'];
	/** Images of each class, by label, in each part. */
	readonly counts: Readonly<Record<'training' | 'validation' | 'test', readonly number[]>>;
	/** The first faces of each class in the training part, by label. */
	readonly samples: readonly (readonly StoredFace[])[];
	/** One face of each class, and versions of it as phase 2 sees them: pixels in base64. */
	readonly augmented: readonly { readonly original: StoredFace; readonly versions: readonly string[] }[];
}

const SAMPLES_PER_CLASS = 8;
const VERSIONS = 7;

/** Stores one face of a data set. */
export function storeFace(dataset: Dataset, index: number): StoredFace {
	return { index, label: dataset.labels[index], pixels: Buffer.from(imageAt(dataset, index)).toString('base64') };
}

/** Counts a run's data and picks the faces that figures show. */
export function summarizeData(run: Run): DataSummary {
	const { dataset, split } = run;
	const { emotions, labels, shape } = dataset;
	const counts = (indices: Uint32Array) =>
		classCounts(
			Array.from(indices, (index) => labels[index]),
			emotions.length,
		);
	const samples = emotions.map((_, label) => {
		const ofClass = split.train.filter((index) => labels[index] === label).slice(0, SAMPLES_PER_CLASS);
		return Array.from(ofClass, (index) => storeFace(dataset, index));
	});
	return {
		emotions,
		faceShape: shape,
		counts: { training: counts(split.train), validation: counts(split.validation), test: counts(split.test) },
		samples,
		augmented: samples.flatMap((faces) =>
			faces.slice(0, 1).map((original) => ({ original, versions: versionsOf(run, original.index) })),
		),
	};
}

/** Draws augmented versions of a face at its own size. */
function versionsOf({ dataset, config }: Run, index: number): string[] {
	const { augmentation } = config.phase2;
	const seed = createRandom(config.seed, index);
	const images = augment(dataset, Array(VERSIONS).fill(index), { augmentation, seed });
	const pixels = Uint8Array.from(images.dataSync(), Math.round);
	images.dispose();
	const length = pixels.length / VERSIONS;
	return Array.from({ length: VERSIONS }, (_, i) =>
		Buffer.from(pixels.subarray(i * length, (i + 1) * length)).toString('base64'),
	);
}
