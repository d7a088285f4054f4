import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Config } from '../lib/config';
import { createConfig, FULL } from '../lib/profiles';
import { readConfig, readProtocol } from '../lib/storedConfig';

const MODELS = join(__dirname, '..', 'models');

describe('readConfig', () => {
	it('reads the config of every published model, which is that of a profile', () => {
		const names = readdirSync(MODELS).filter((name) => !name.includes('.'));
		assert.ok(names.length >= 4);
		for (const name of names) {
			const metrics = JSON.parse(readFileSync(join(MODELS, name, 'metrics.json'), 'utf8'));
			const [protocol, isDistilled] = [name.replace('-distilled', ''), name.endsWith('-distilled')];
			assert.ok(protocol === 'holdout' || protocol === 'official');
			const distillation = isDistilled ? { teachers: [`models/${protocol}`] } : {};
			const expected = createConfig(isDistilled ? 'distilled' : 'full', { protocol, distillation });
			assert.deepEqual(readConfig(metrics.config).config, expected);
		}
	});

	it('uses current names, and says which were renamed', () => {
		const teachers = ['models/seed-distilled', 'seed', 'models/official'];
		const { config, note } = readConfig({ ...FULL, protocol: 'seed', distillation: { teachers, teacherFraction: 1 } });
		assert.deepEqual(config, {
			...FULL,
			protocol: 'holdout',
			distillation: { teachers: ['models/holdout-distilled', 'seed', 'models/official'], teacherFraction: 1 },
		});
		assert.equal(
			note,
			'The stored name seed is holdout now. The stored name models/seed-distilled is models/holdout-distilled now.',
		);
	});

	it('leaves a config of today as it is', () => {
		const config = createConfig('quick', { protocol: 'official' });
		assert.deepEqual(readConfig(config), { config, note: '' });
	});

	it('adds the settings that older versions lacked, as they then were', () => {
		const { distillation: _, ferPlus: __, weights: ___, ...first } = FULL;
		const { imbalance: ____, plainEpochs: _____, ...phase2 } = first.phase2;
		const read = (weightsPath: string) => readConfig({ ...first, phase2, weightsPath }).config;
		const expected: Config = { ...FULL, ferPlus: { lossWeight: 0 } };
		assert.deepEqual(read(''), expected);
		assert.deepEqual(read('a.h5'), { ...expected, weights: 'a.h5' });
	});

	it('reads values that are refused today', () => {
		const phase2 = { ...FULL.phase2, learningRate: 0, dropoutRate: 1 };
		assert.deepEqual(readConfig({ ...FULL, phase2 }).config.phase2, phase2);
	});
});

describe('readProtocol', () => {
	it('returns the current name', () => {
		assert.deepEqual(['seed', 'holdout', 'official'].map(readProtocol), ['holdout', 'holdout', 'official']);
	});
});
