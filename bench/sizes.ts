import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../cli/projectFolder';

/** The architecture of a network, shared with the workers in Python. */
export interface Network {
	readonly title: string;
	/** Network input = grey level x scale + offset. */
	readonly scale: number;
	readonly offset: number;
	/** Filters of the first and the last convolution. */
	readonly stem: number;
	readonly head: number;
	/** Blocks, kernel size, strides, expansion and filters of each stage. */
	readonly stages: readonly (readonly [number, number, number, number, number])[];
}

/** The networks that are measured, by their names in the registry. */
export const NETWORKS: Readonly<Record<string, Network>> = JSON.parse(
	readFileSync(join(PROJECT_FOLDER, 'bench', 'networks.json'), 'utf8'),
);

/** The network of the rows that name none or only one. */
export const MAIN = 'mobilenet-v2';

/** Units of figures in bytes. */
export const MEGA = 1e6;
export const GIGA = 1e9;

/** The sizes of a full run. */
export const FULL_SIZES = {
	imageSize: 96,
	batchSize: 64,
	/** Steps of a repetition; fewer for the stock library, which is slow. */
	steps: 8,
	stockSteps: 2,
	head: { images: 640, validation: 64, epochs: 10, batchSize: 256 },
	faces: 1024,
	/** Faces predicted one by one; fewer for Keras's `predict`, which is slow. */
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
	/** Sizes of the matrices and vectors that measure the limits of the machine. */
	matrices: [1024, 2048],
	megabytes: 256,
};

/** How much a run measures. */
export type Sizes = typeof FULL_SIZES;

/** The sizes of `--quick`, which only proves that everything runs. */
export const QUICK_SIZES: Sizes = {
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
