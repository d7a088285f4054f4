// @ts-check
import fs from 'node:fs';

/** The networks that are measured, by the names of the project's registry. */
export const NETWORKS = /** @type {Record<string, {title: string}>} */ (
	JSON.parse(fs.readFileSync(new URL('networks.json', import.meta.url), 'utf8'))
);

/** The network of the rows that name none or only one. */
export const MAIN = 'mobilenet-v2';

/** Figures in bytes are shown in these. */
export const MEGA = 1e6;
export const GIGA = 1e9;

/** How much of everything a run measures. */
export const FULL_SIZES = {
	imageSize: 96,
	batchSize: 64,
	/** Steps of a repetition; the stock library's are so slow that fewer serve. */
	steps: 8,
	stockSteps: 2,
	head: { images: 640, validation: 64, epochs: 10, batchSize: 256 },
	faces: 1024,
	/** Faces predicted one by one; Keras's `predict` takes so long that fewer serve. */
	calls: 200,
	predictCalls: 50,
	/** Batches augmented. */
	batches: 30,
	batchSizes: [16, 32, 64, 128, 256],
	imageSizes: [48, 64, 96, 128],
	/** Images trained on at each shape of the scaling. */
	imagesAShape: 256,
	/** Steps of the run whose tensors and memory are watched. */
	longRun: 1000,
	/** Sides of the matrices whose product is the machine's limit, and length of the vectors whose sum is. */
	matrices: [1024, 2048],
	megabytes: 256,
};

/** @typedef {typeof FULL_SIZES} Sizes */

/** Proves only that all of it runs. */
/** @type {Sizes} */
export const QUICK_SIZES = {
	imageSize: 32,
	batchSize: 8,
	steps: 2,
	stockSteps: 1,
	head: { images: 32, validation: 16, epochs: 2, batchSize: 16 },
	faces: 64,
	calls: 10,
	predictCalls: 5,
	batches: 2,
	batchSizes: [2, 4],
	imageSizes: [32, 48],
	imagesAShape: 8,
	longRun: 200,
	matrices: [128, 256],
	megabytes: 8,
};
