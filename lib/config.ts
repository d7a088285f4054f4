import type { Augmentation } from './augmentation/augment';
import type { Protocol } from './data/split';
import { invalidArgument, nearestFirst } from './errors';
import type { VIEWS, ViewAverage } from './evaluation/tta';
import { checkOptions, mergeOptions } from './options';
import type { ImbalanceConfig } from './training/imbalance';
import type { Monitored } from './training/monitor';

/** Every setting of a run; two runs of the same config, data and versions give the same result. */
export interface Config {
	/** Seed of the split, of the first weights and of all that is drawn. */
	readonly seed: number;
	/** How the data are divided: `seed` or `official`. */
	readonly protocol: Protocol;
	/** Part of the training images kept for validation (the `official` protocol validates on PublicTest). */
	readonly validationFraction: number;
	/** Keeps exact copies of an image in the same part. */
	readonly keepCopiesTogether: boolean;
	/** Draws faces even where FER2013 is at hand. */
	readonly alwaysDraw: boolean;
	/** Drawn faces, where they stand in for a data set. */
	readonly sampleFaces: number;
	/** A name in the registry of backbones. */
	readonly backbone: string;
	/** `imagenet`: the weights that the backbone's publisher gives out; or the path of a file. */
	readonly weights: string;
	/** Side in pixels of the network's images at validation and test, and in training unless `phase2.imageSizes` differs. */
	readonly imageSize: number;
	readonly phase1: Phase1Config;
	readonly phase2: Phase2Config;
	readonly distillation: DistillationConfig;
	readonly ferPlus: FerPlusConfig;
	readonly tta: TtaConfig;
}

/** Training the head on the frozen base. */
export interface Phase1Config {
	readonly epochs: number;
	/** Most training images used, a stratified sample; 0 for all. Each also serves mirrored. */
	readonly images: number;
	readonly batchSize: number;
	readonly learningRate: number;
	readonly weightDecay: number;
	/** Fraction of the features dropped in training. */
	readonly dropoutRate: number;
	readonly labelSmoothing: number;
	/** Epochs without a better validation value after which the phase ends. */
	readonly patience: number;
}

/** Fine-tuning. */
export interface Phase2Config {
	readonly epochs: number;
	/** Most training images an epoch, a new draw each epoch; 0 for all. */
	readonly imagesPerEpoch: number;
	readonly batchSize: number;
	/** Highest learning rate; a linear warm-up leads there, a cosine down to zero. */
	readonly learningRate: number;
	/** Factor on the learning rate of the backbone's weights; the head's has none. */
	readonly backboneLearningRateScale: number;
	readonly warmupEpochs: number;
	/** Decoupled decay of kernels (not of biases and batch normalisation), by the learning rate. */
	readonly weightDecay: number;
	/** Largest norm of the gradient; 0 for no limit. */
	readonly clipNorm: number;
	readonly labelSmoothing: number;
	readonly dropoutRate: number;
	/** Fraction of images whose last residual branch is dropped; earlier branches in proportion. */
	readonly stochasticDepthRate: number;
	/** Part of the averaged weights that a step leaves; 0 turns the average off. */
	readonly averageDecay: number;
	/** The first layer that is trained, or the start of its name; `all` for all layers. */
	readonly unfreezeFrom: string;
	/** Keeps batch normalisation at ImageNet's statistics. */
	readonly frozenBatchNormalization: boolean;
	/** Side of the training images from an epoch on, in ascending order; empty: `imageSize` throughout. */
	readonly imageSizes: readonly { readonly fromEpoch: number; readonly size: number }[];
	/** The value by which the best epoch is chosen. */
	readonly monitor: Monitored;
	readonly patience: number;
	readonly augmentation: Augmentation;
	/** Last epochs without augmentation but the mirror; 0 for none. */
	readonly plainEpochs: number;
	readonly imbalance: ImbalanceConfig;
	/** Folder for TensorBoard's event files, inside the run's folder; empty for none. */
	readonly tensorBoard: string;
}

/** Learning from other networks in phase 2. */
export interface DistillationConfig {
	/** The teachers: names of finished runs, or of published models (`models/seed`); empty for none. */
	readonly teachers: readonly string[];
	/** Part of each target that is the teachers' mean; the label has the rest. */
	readonly teacherFraction: number;
}

/** Learning in phase 2, by a second head, how people voted on the same images; see votes.ts. */
export interface FerPlusConfig {
	/** Weight of the second head's loss beside the first's; 0 for no second head. Drawn faces have no votes and none. */
	readonly lossWeight: number;
}

/** Test-time augmentation. */
export interface TtaConfig {
	/** `single`, `mirror`, `six` or `ten`. */
	readonly views: keyof typeof VIEWS;
	readonly average: ViewAverage;
}

/** The recipe of the full profile. */
export const FULL: Config = {
	seed: 42,
	protocol: 'seed',
	validationFraction: 0.1,
	keepCopiesTogether: false,
	alwaysDraw: false,
	sampleFaces: 7000,
	backbone: 'efficientnet-lite0',
	weights: 'imagenet',
	imageSize: 96,
	phase1: {
		epochs: 20,
		images: 0,
		batchSize: 256,
		learningRate: 2e-3,
		weightDecay: 0.01,
		dropoutRate: 0.3,
		labelSmoothing: 0.1,
		patience: 5,
	},
	phase2: {
		epochs: 20,
		imagesPerEpoch: 0,
		batchSize: 64,
		learningRate: 1e-3,
		backboneLearningRateScale: 1,
		warmupEpochs: 1,
		weightDecay: 0.05,
		clipNorm: 2,
		labelSmoothing: 0.1,
		dropoutRate: 0.3,
		stochasticDepthRate: 0.1,
		averageDecay: 0.998,
		unfreezeFrom: 'all',
		frozenBatchNormalization: false,
		imageSizes: [],
		monitor: 'validationAccuracy',
		patience: 6,
		augmentation: {
			rotationDegrees: 18,
			zoomFraction: 0.15,
			shiftFraction: 0.094,
			shear: 0.1,
			horizontalFlip: true,
			contrastFraction: 0.25,
			brightnessFraction: 0.2,
			erasing: { probability: 0.25, areaFraction: [0.02, 0.2] },
			mixupAlpha: 0,
		},
		plainEpochs: 0,
		imbalance: { method: 'none', effectiveNumberBeta: 0.999, focalGamma: 2, logitAdjustmentTau: 1 },
		tensorBoard: '',
	},
	distillation: { teachers: [], teacherFraction: 0.5 },
	ferPlus: { lossWeight: 1 },
	tta: { views: 'six', average: 'probabilities' },
};

/** A config in which any field may be left out. */
export type PartialConfig = DeepPartial<Config>;
type DeepPartial<T> = { readonly [Key in keyof T]?: T[Key] extends object ? DeepPartial<T[Key]> : T[Key] };

/** What the profiles change of the full recipe. */
export const PROFILES = {
	/** Proves in two minutes that everything runs; learns next to nothing. */
	smoke: {
		alwaysDraw: true,
		sampleFaces: 350,
		imageSize: 48,
		phase1: { epochs: 1, batchSize: 32 },
		phase2: { epochs: 1, batchSize: 32 },
		ferPlus: { lossWeight: 0 },
		tta: { views: 'mirror' },
	},
	/** The whole walk-through within a quarter of an hour on two cores. */
	quick: {
		sampleFaces: 5000,
		phase1: { epochs: 10, images: 6000 },
		// So few steps leave no time for a long warm-up and a slow average.
		phase2: { epochs: 4, imagesPerEpoch: 10000, warmupEpochs: 0.5, averageDecay: 0.99 },
		// Without another file to fetch.
		ferPlus: { lossWeight: 0 },
	},
	full: {},
	/** A larger network that learns, beside labels and votes, what the published network of the full profile answers. */
	distilled: {
		backbone: 'efficientnet-lite2',
		imageSize: 112,
		phase2: {
			imageSizes: [
				{ fromEpoch: 1, size: 96 },
				{ fromEpoch: 14, size: 112 },
			],
		},
		// For the protocol `official` it is models/official.
		distillation: { teachers: ['models/seed'] },
	},
} as const satisfies Record<string, PartialConfig>;

/** The name of a profile. */
export type Profile = keyof typeof PROFILES;

/**
 * Makes the config of a profile.
 * @param changes Fields that differ from the profile's.
 * @returns A config of its own: nothing in it is shared with the profile or with `changes`.
 * @throws {RangeError} If there is no such profile or field, or a value lies out of range; the message names the nearest.
 * @throws {TypeError} If a field's type differs.
 */
export function createConfig(profile: string, changes: PartialConfig = {}): Config {
	if (!Object.hasOwn(PROFILES, profile)) {
		throw invalidArgument('profile', `one of ${nearestFirst(profile, Object.keys(PROFILES)).join(', ')}`, profile);
	}
	const base = mergeOptions(FULL, PROFILES[profile as Profile], 'config');
	const config = structuredClone(mergeOptions(base, changes, 'config'));
	checkOptions(config, 'config');
	return config;
}
