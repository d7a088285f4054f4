import { augment } from '../augmentation/augment';
import { countClasses, type Dataset, imageAt } from '../data/dataset';
import { explain } from '../evaluation/attention/explain';
import { argmaxRows } from '../evaluation/metrics';
import type { Trained } from '../evaluation/predict';
import { createRandom } from '../random';
import { valuesAtOnce } from '../tensorflow/tf';

/** A face of a data set, in a form that can be stored. */
interface StoredFace {
	readonly index: number;
	readonly label: number;
	/** `[height, width, channels]` in base64. */
	readonly pixels: string;
}

/** A test face and its predicted label. */
export interface StoredReading extends StoredFace {
	readonly predictedLabel: number;
	readonly confidence: number;
}

/** A test face, its predicted label, and the regions that support it. */
export interface AttentionExample extends StoredReading {
	/** `[height, width]` in row-major order, 0 to 1; see `explain`. */
	readonly map: { readonly values: readonly number[]; readonly height: number; readonly width: number };
}

/** The parts of a run's data that figures show. */
export interface DataSummary {
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
const MISTAKES = 18;
/** Correct and wrong predictions shown of each emotion. */
const EACH = 3;

/** Encodes the bytes of an array as base64. */
export const toBase64 = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
	Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');

/** Decodes the float32 values of a base64 text. */
export const fromBase64 = (text: string): Float32Array =>
	new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);

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
	const samples = emotions.map((_, label) => {
		const ofClass = split.train.filter((index) => labels[index] === label).slice(0, SAMPLES_PER_CLASS);
		return Array.from(ofClass, (index) => storeFace(dataset, index));
	});
	const firsts = samples.flatMap((faces) => faces.slice(0, 1));
	const [training, validation, test] = [split.train, split.validation, split.test].map((part) =>
		countClasses(dataset, part),
	);
	return {
		emotions,
		faceShape: shape,
		counts: { training, validation, test },
		samples,
		augmented: firsts.map((original) => ({ original, versions: versionsOf(run, original.index) })),
	};
}

/** Draws augmented versions of a face at its own size. */
function versionsOf({ dataset, config }: Pick<Trained, 'config' | 'dataset'>, index: number): string[] {
	const { augmentation } = config.phase2;
	const seed = createRandom(config.seed, index);
	const values = valuesAtOnce(() => augment(dataset, Array(VERSIONS).fill(index), { augmentation, seed }));
	const pixels = Uint8Array.from(values, Math.round);
	const length = pixels.length / VERSIONS;
	return Array.from({ length: VERSIONS }, (_, i) => toBase64(pixels.subarray(i * length, (i + 1) * length)));
}

/**
 * Picks test faces for figures, most confident first: mistakes, and correct and wrong predictions of each emotion with
 * attention maps.
 * @param probabilities `[test images, classes]`.
 */
export async function pickReadings(trained: Trained, probabilities: Float32Array) {
	const { dataset, split, classifier, backbone, config } = trained;
	const count = dataset.emotions.length;
	// Without pixels, which only those that are chosen need: of large colour images, all would not fit into memory.
	const readings = Array.from(argmaxRows(probabilities, count), (predictedLabel, row) => {
		const index = split.test[row];
		return {
			index,
			label: dataset.labels[index],
			predictedLabel,
			confidence: probabilities[row * count + predictedLabel],
		};
	});
	const store = (reading: (typeof readings)[number]): StoredReading => {
		const { predictedLabel, confidence } = reading;
		return { ...storeFace(dataset, reading.index), predictedLabel, confidence };
	};
	const ranked = readings.sort((a, b) => b.confidence - a.confidence);
	const right = ranked.filter(({ label, predictedLabel }) => label === predictedLabel);
	const wrong = ranked.filter(({ label, predictedLabel }) => label !== predictedLabel);
	const chosen = dataset.emotions.flatMap((_, label) =>
		[right, wrong].flatMap((ones) => ones.filter((reading) => reading.label === label).slice(0, EACH)),
	);
	const indices = chosen.map(({ index }) => index);
	const input = { dataset, indices, imageSize: config.imageSize, normalization: backbone.normalization };
	const classes = chosen.map(({ predictedLabel }) => predictedLabel);
	const maps = await explain(classifier.model, input, classes);
	const attention: AttentionExample[] = maps.map((map, i) => ({
		...store(chosen[i]),
		// Three digits are more than the eye can distinguish.
		map: { ...map, values: Array.from(map.values, (value) => Number(value.toFixed(3))) },
	}));
	return { mistakes: wrong.slice(0, MISTAKES).map(store), attention };
}
