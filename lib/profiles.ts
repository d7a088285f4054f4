import type { Config, PartialConfig } from './config';
import { invalidArgument, nearestFirst } from './errors';
import { checkOptions, mergeOptions } from './options';

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
