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

/** The network whose convolutions are all dense, where Keras is strongest; its sides build it from their own libraries. */
export const DENSE = 'resnet50';

/** The name of a network in the tables. */
export const titleOf = (network: string) => (network === DENSE ? 'ResNet50' : NETWORKS[network].title);

/** The network of the rows that name none or only one. */
export const MAIN = 'mobilenet-v2';

/** How much a run measures. */
export type Sizes = ReturnType<typeof sizesOf>;

/** Returns the sizes of a run; `quick` only proves that everything runs. */
export function sizesOf(quick: boolean) {
	const pick = <T>(full: T, small: T) => (quick ? small : full);
	return {
		imageSize: pick(96, 32),
		batchSize: pick(64, 8),
		/** Training steps of a repetition; fewer for the stock library, which is slow. */
		steps: pick(8, 2),
		stockSteps: pick(2, 1),
		/** Phase 1: images for training and for validation. */
		head: pick(
			{ images: 640, validation: 64, epochs: 10, batchSize: 256 },
			{ images: 32, validation: 16, epochs: 2, batchSize: 16 },
		),
		faces: pick(1024, 64),
		/** Faces of a data set that is larger than memory; a multiple of 500. */
		storedFaces: pick(300_000, 1000),
		/** Faces predicted one by one; fewer for Keras's `predict`, which is slow. */
		calls: pick(200, 10),
		predictCalls: pick(50, 5),
		/** Batches augmented. */
		batches: pick(30, 2),
		batchSizes: pick([16, 32, 64, 128, 256], [2, 4]),
		imageSizes: pick([48, 64, 96, 128], [32, 48]),
		/** Images trained on at each shape of the scaling. */
		imagesAShape: pick(256, 8),
		/** Steps of the run whose tensors and memory are watched. */
		longRun: pick(1000, 200),
		/** Matrices and vectors that measure the limits of the machine, larger than the caches. */
		matrices: pick([1024, 2048], [128, 256]),
		megabytes: pick(256, 8),
	};
}
