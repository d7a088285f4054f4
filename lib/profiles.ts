import { type Config, checkConfig, type PartialConfig } from './config';
import { invalidArgument, nearestFirst } from './errors';

/** The config of the full profile: the defaults of all settings. */
export const FULL = checkConfig({});

/** What each profile changes of the full recipe. */
export const PROFILES = {
	/** Checks in two minutes that everything runs; learns next to nothing. */
	smoke: {
		alwaysDraw: true,
		sampleFaces: 350,
		imageSize: 48,
		phase1: { epochs: 1, batchSize: 32 },
		phase2: { epochs: 1, batchSize: 32 },
		ferPlus: { lossWeight: 0 },
		tta: { views: 'mirror' },
	},
	/** Runs every step within a quarter of an hour on two cores. */
	quick: {
		sampleFaces: 5000,
		phase1: { epochs: 10, images: 6000 },
		// Too few steps for a long warm-up and a slow average.
		phase2: { epochs: 4, imagesPerEpoch: 10000, warmupEpochs: 0.5, averageDecay: 0.99 },
		// Saves a download.
		ferPlus: { lossWeight: 0 },
	},
	/** Takes half an hour on two cores with AVX-512, and ends two points below the full recipe. */
	fast: {
		phase1: { epochs: 10, images: 6000 },
		// So few epochs need less regularization (docs/recipes.md).
		phase2: {
			epochs: 8,
			imageSizes: [
				{ fromEpoch: 1, size: 80 },
				{ fromEpoch: 4, size: 96 },
			],
			stochasticDepthRate: 0,
			augmentation: { erasing: { probability: 0 } },
		},
	},
	/** Trains the published networks. */
	full: {},
	/** Trains a larger network on labels, votes and the predictions of the published network of the full profile. */
	distilled: {
		backbone: 'efficientnet-lite2',
		imageSize: 112,
		phase2: {
			imageSizes: [
				{ fromEpoch: 1, size: 96 },
				{ fromEpoch: 14, size: 112 },
			],
		},
		// Under the `official` protocol: models/official.
		distillation: { teachers: ['models/holdout'] },
	},
} as const satisfies Record<string, PartialConfig>;

/**
 * Creates the config of a profile.
 * @param changes Settings that differ from the profile's; undefined ones are ignored, lists are replaced whole.
 * @returns A deep copy: it shares nothing with the profile or with `changes`.
 * @throws {RangeError} If the profile or a setting is unknown, or a value is out of range; the message names the nearest.
 * @throws {TypeError} If a setting has the wrong type.
 * @example
 * ```ts
 * const config = fer.createConfig('full', { seed: 1, phase2: { epochs: 30 } });
 * config.phase2.epochs; // 30
 * config.phase2.batchSize; // 64, the default
 * ```
 */
export function createConfig(profile: string, changes: PartialConfig = {}): Config {
	if (!Object.hasOwn(PROFILES, profile)) {
		throw invalidArgument('profile', `one of ${nearestFirst(profile, Object.keys(PROFILES)).join(', ')}`, profile);
	}
	return checkConfig(mergeSettings(PROFILES[profile as keyof typeof PROFILES], changes));
}

/** Returns `base` with `changes`, group by group. */
export function mergeSettings(base: unknown, changes: unknown): unknown {
	if (changes === undefined) return base;
	if (!isGroup(base) || !isGroup(changes)) return changes;
	const keys = new Set([...Object.keys(base), ...Object.keys(changes)]);
	// Unlike assignment, `fromEntries` makes a field even of `__proto__`, which the check then refuses.
	return Object.fromEntries(Array.from(keys, (key) => [key, mergeSettings(base[key], changes[key])]));
}

/** Whether a value is an object of named values, such as a group of settings. */
export function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
