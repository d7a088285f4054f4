import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Config, MONITORED, type PartialConfig, PROTOCOLS } from '../lib/config';
import { createConfig, FULL, PROFILES } from '../lib/profiles';

/** Creates a config with changes that the type checker would refuse. */
function create(changes: object): Config {
	return createConfig('full', changes as PartialConfig);
}

/** The paths of all numbers in a config: `['phase1', 'epochs']`. */
function numberPaths(value: object, path: string[] = []): string[][] {
	return Object.entries(value).flatMap(([key, field]: [string, unknown]) => {
		if (typeof field === 'number') return [[...path, key]];
		return typeof field === 'object' && field && !Array.isArray(field) ? numberPaths(field, [...path, key]) : [];
	});
}

/** Changes of a single field: `{ phase1: { epochs: value } }`. */
function change(path: readonly string[], value: unknown): object {
	return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
}

describe('createConfig', () => {
	it('lays the changes over the profile, and the profile over the full recipe', () => {
		const { quick } = PROFILES;
		const config = createConfig('quick', { seed: 7, phase2: { epochs: 5, augmentation: { shear: 0 } } });
		assert.deepEqual(config, {
			...FULL,
			seed: 7,
			sampleFaces: quick.sampleFaces,
			ferPlus: { lossWeight: 0 },
			phase1: { ...FULL.phase1, ...quick.phase1 },
			phase2: {
				...FULL.phase2,
				...quick.phase2,
				epochs: 5,
				augmentation: { ...FULL.phase2.augmentation, shear: 0 },
			},
		});
	});

	it('makes every profile, with changes or none; an undefined field leaves the default', () => {
		for (const profile of Object.keys(PROFILES)) {
			assert.deepEqual(createConfig(profile, { seed: undefined, phase1: {} }), createConfig(profile));
		}
		assert.deepEqual(createConfig('full'), FULL);
	});

	it('takes the names of runs and models as teachers, and nothing else', () => {
		assert.deepEqual(create({ distillation: { teachers: ['full', 'models/holdout'] } }).distillation.teachers, [
			'full',
			'models/holdout',
		]);
		for (const name of ['runs/full', 'models/', 'models/../full/model', '', 3, '..', '.', 'models/..', 'logs', 'a ']) {
			assert.throws(
				() => create({ distillation: { teachers: ['full', name] } }),
				/^(Range|Type)Error: Expected string NAME or models\/NAME for config\.distillation\.teachers\[1\]/,
			);
		}
	});

	it('keeps TensorBoard inside the folder of the run, and out of what every run has there', () => {
		for (const tensorBoard of ['', 'events', 'logs/today']) create({ phase2: { tensorBoard } });
		for (const tensorBoard of [
			'../..',
			'.',
			'/tmp',
			'a/../../b',
			'a//b',
			'phase1',
			'phase1.12.part',
			'logs/phase2',
			'model/x',
			'results.json',
			'a\0b',
		]) {
			assert.throws(
				() => create({ phase2: { tensorBoard } }),
				/a path inside the run's folder for config\.phase2\.tensorBoard/,
			);
		}
	});

	it('replaces lists whole', () => {
		const sizes = [
			{ fromEpoch: 1, size: 48 },
			{ fromEpoch: 3, size: 96 },
		];
		const { imageSizes } = createConfig('full', { phase2: { imageSizes: sizes } }).phase2;
		assert.deepEqual(imageSizes, sizes);
	});

	it('shares nothing with profiles and changes: to write into a config changes no other', () => {
		const before = structuredClone({ FULL, PROFILES });
		const erasing = { probability: 0.5, areaFraction: [0.1, 0.3] as [number, number] };
		for (const profile of Object.keys(PROFILES)) {
			const config = createConfig(profile, { phase2: { augmentation: { erasing } } });
			const writable = config as unknown as {
				seed: number;
				phase1: { epochs: number };
				phase2: { imageSizes: object[] };
			};
			writable.seed = -1;
			writable.phase1.epochs = -1;
			writable.phase2.imageSizes.push({ fromEpoch: 1, size: 32 });
			(config.phase2.augmentation.erasing.areaFraction as [number, number])[0] = 0.9;
		}
		assert.deepEqual({ FULL, PROFILES }, before);
		assert.deepEqual(erasing.areaFraction, [0.1, 0.3]);
	});

	it('refuses an unknown profile and names the nearest', () => {
		assert.throws(() => createConfig('quik'), {
			name: 'RangeError',
			message: 'Expected one of quick, full, smoke, fast, distilled for profile but received "quik".',
		});
		assert.throws(() => createConfig('toString'), /^RangeError: Expected one of .* for profile/);
	});

	it('refuses an unknown field and names the nearest', () => {
		assert.throws(() => create({ phase2: { labelSmoothign: 0.1 } }), {
			name: 'RangeError',
			message:
				/^Expected a known setting for config\.phase2\.labelSmoothign but received 0\.1\. Known here, nearest first: labelSmoothing, /,
		});
		assert.throws(() => create({ learningRate: 0.1 }), /config\.learningRate .* nearest first: /);
		for (const key of ['constructor', '__proto__', 'toString']) {
			const message = new RegExp(`^RangeError: Expected a known setting for config\\.(phase2\\.)?${key} `);
			assert.throws(() => create(JSON.parse(`{"${key}": {"a": 1}}`)), message);
			assert.throws(() => create(JSON.parse(`{"phase2": {"${key}": 1}}`)), message);
		}
	});

	it('refuses a value of another type', () => {
		const wrong: readonly [object, string, string][] = [
			[{ seed: '42' }, 'TypeError', 'Expected integer for config.seed but received "42".'],
			[{ backbone: 1 }, 'TypeError', 'Expected string for config.backbone but received 1.'],
			[{ keepCopiesTogether: 1 }, 'TypeError', 'Expected boolean for config.keepCopiesTogether but received 1.'],
			[{ seed: null }, 'TypeError', 'Expected integer for config.seed but received null.'],
			[{ phase1: null }, 'RangeError', 'Expected an object of settings for config.phase1 but received null.'],
			[{ phase1: 5 }, 'RangeError', 'Expected an object of settings for config.phase1 but received 5.'],
			[{ tta: [] }, 'RangeError', 'Expected an object of settings for config.tta but received [].'],
			[{ protocol: 1 }, 'TypeError', 'Expected string for config.protocol but received 1.'],
			[
				{ phase2: { imageSizes: 96 } },
				'RangeError',
				'Expected list of { fromEpoch, size } in ascending order of epochs for config.phase2.imageSizes but received 96.',
			],
		];
		for (const [changes, name, message] of wrong) assert.throws(() => create(changes), { name, message });
	});

	it('refuses NaN, infinity and negative values of every number', () => {
		const paths = numberPaths(FULL);
		assert.ok(paths.length >= 30);
		for (const path of paths) {
			const seed = path.at(-1) === 'seed';
			for (const value of [Number.NaN, Number.POSITIVE_INFINITY, seed ? 0.5 : -1]) {
				const field = `config.${path.join('.')}`;
				const message = new RegExp(`^Expected (number|integer).* for ${field.replaceAll('.', '\\.')} but received`);
				assert.throws(() => create(change(path, value)), { message }, `${field} = ${value}`);
			}
		}
	});

	it('takes values at the ends of the range and refuses those beyond', () => {
		const ranges: readonly [readonly string[], readonly unknown[], readonly unknown[], string][] = [
			[['validationFraction'], [0.01, 0.99], [0, 1], 'number above 0 and below 1'],
			[['phase2', 'dropoutRate'], [0, 0.99], [1, -0.01], 'number of at least 0 and below 1'],
			[['phase2', 'learningRate'], [1e-6, 10], [0, 10.1], 'number above 0 and at most 10'],
			[['phase2', 'augmentation', 'zoomFraction'], [0, 0.99], [1], 'number of at least 0 and below 1'],
			[['phase2', 'augmentation', 'mixupAlpha'], [0, 0.01, 2], [0.001, 2.1], 'number from 0.01 to 2, or 0'],
			[['phase2', 'augmentation', 'shear'], [0, 2], [2.1], 'number from 0 to 2'],
			[['phase2', 'augmentation', 'erasing', 'probability'], [0, 1], [2], 'number from 0 to 1'],
			[['phase1', 'epochs'], [1, 1000], [0, 1.5, 1001], 'integer from 1 to 1000'],
			[['imageSize'], [8, 512], [0, 7, 47.5, 513], 'integer from 8 to 512'],
			[['phase1', 'images'], [0, 6000], [0.5], 'integer from 0 to 10000000'],
			[['phase2', 'warmupEpochs'], [0, 0.5], [-0.5], 'number from 0 to 1000'],
			[['phase2', 'clipNorm'], [0, 2.5], [-2], 'number from 0 to 1000'],
			[['seed'], [-1, 0, 2 ** 31], [0.5], 'integer'],
			[['protocol'], PROTOCOLS, ['offical'], 'one of official, auto, holdout'],
			[
				['phase2', 'monitor'],
				Object.keys(MONITORED),
				['val_acc'],
				'one of validationLoss, validationAccuracy, validationMacroF1',
			],
			[['tta', 'views'], ['single', 'mirror', 'six', 'ten'], ['five'], 'one of six, single, ten, mirror'],
			[['tta', 'average'], ['probabilities', 'logits'], ['mean'], 'one of logits, probabilities'],
			[
				['phase2', 'augmentation', 'erasing', 'areaFraction'],
				[
					[0, 1],
					[0.2, 0.2],
				],
				[[0.3, 0.2], [0.2], [0, 1.1], ['0', 1], [0, 0.1, 0.2]],
				'two numbers from 0 to 1 in ascending order',
			],
		];
		for (const [path, good, bad, expected] of ranges) {
			for (const value of good) assert.doesNotThrow(() => create(change(path, value)), `${path} = ${value}`);
			for (const value of bad) {
				const start = `Expected ${expected} for config.${path.join('.')} but received `;
				assert.throws(
					() => create(change(path, value)),
					(error: Error) => error.message.startsWith(start),
				);
			}
		}
	});

	it('refuses entries of imageSizes by their place', () => {
		const entry = { fromEpoch: 3, size: 64 };
		const wrong: readonly [unknown[], string][] = [
			[[96], 'Expected an object of settings for config.phase2.imageSizes[0] but received 96.'],
			[
				[{ fromEpoch: 3 }],
				'Expected integer from 8 to 512 for config.phase2.imageSizes[0].size but received undefined.',
			],
			[
				[entry, { fromEpoch: 5, size: '64' }],
				'Expected integer from 8 to 512 for config.phase2.imageSizes[1].size but received "64".',
			],
			[[entry, entry], 'Expected integer above 3 for config.phase2.imageSizes[1].fromEpoch but received 3.'],
			[
				[{ ...entry, sise: 3 }],
				'Expected a known setting for config.phase2.imageSizes[0].sise but received 3. Known here, nearest first: size, fromEpoch.',
			],
		];
		for (const [imageSizes, message] of wrong) {
			assert.throws(() => create({ phase2: { imageSizes } }), { message });
		}
	});
});
