import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ablationTable, backboneTable, conditions, imbalanceTable } from '../../../experiments/results/studies';
import { PROFILE, STUDIES, settingsOf, variantsOf } from '../../../experiments/study/plans';
import { BACKBONES } from '../../../lib/model/backbones/registry';
import { createConfig } from '../../../lib/profiles';
import { changedSettings, parseAssignments } from '../../../lib/settings';

type Figures = [accuracy: number, macroF1: number, disgustRecall: number];

function trial(name: string, plain: Figures, tta: Figures) {
	const scores = ([accuracy, macroF1, disgustRecall]: Figures) => ({ accuracy, macroF1, disgustRecall });
	const variant = variantsOf(Object.keys(STUDIES)).find((each) => each.name === name);
	assert.ok(variant, name);
	return {
		...variant,
		seed: 42,
		n: 3589,
		epochs: { phase1: 10, phase2: 4 },
		seconds: 240,
		cpu: 'Abacus 3000',
		cores: 2,
		plain: scores(plain),
		tta: scores(tta),
	};
}

const base = trial('base', [0.6, 0.5, 0.1], [0.615, 0.51, 0.125]);
const mixup = trial('mixup', [0.59, 0.48, 0], [0.62, 0.5, 0.05]);
const balanced = trial('classBalanced', [0.58, 0.52, 0.5], [0.585, 0.53, 0.5]);

describe('studies', () => {
	const config = (settings: readonly string[]) => createConfig(PROFILE, parseAssignments(settings));

	for (const variant of variantsOf(Object.keys(STUDIES))) {
		it(`${variant.name} differs from the base in its own setting only`, () => {
			const changes = changedSettings(config(settingsOf(variant)), config(settingsOf({ ...variant, set: [] })));
			assert.deepEqual(changes.map((change) => change.replaceAll('"', '')).sort(), [...variant.set].sort());
		});
	}

	it('have the base first, and share it', () => {
		for (const [study, [first]] of Object.entries(STUDIES)) assert.equal(first.name, 'base', study);
		const all = variantsOf(Object.keys(STUDIES)).map(({ name }) => name);
		assert.equal(all.length, new Set(all).size);
	});
});

describe('tables of docs/recipes.md', () => {
	const stored = { trials: { mixup, base, classBalanced: balanced } };

	it('show the difference of each trial from the first, in points', () => {
		const lines = ablationTable(stored).split('\n').slice(2);
		assert.equal(lines.length, 3);
		assert.equal(
			lines[1],
			'| with mixup, alpha 0.2 | `phase2.augmentation.mixupAlpha=0.2` | 59.00 % | −1.00 | 62.00 % | +0.50 | 0.5000 | +3.00 |',
		);
	});

	it('show the effect of each treatment of rare classes', () => {
		assert.equal(
			imbalanceTable(stored).split('\n').at(-1),
			'| class-balanced loss (Cui et al. 2019) | 58.00 % | 0.5200 | 50.00 % | 58.50 % | 0.5300 | 50.00 % |',
		);
	});

	it('have a row for every backbone, with what is known', () => {
		const speeds = [{ backbone: 'resnet50', training: 20, prediction: 99.6, latency: 8 }];
		const speed = { imageSize: 96, batchSize: 64, cpu: 'Abacus 3000', cores: 2, speeds };
		const lines = backboneTable({ ...stored, speed })
			.split('\n')
			.slice(2);
		assert.equal(lines.length, Object.keys(BACKBONES).length);
		// 28,709 faces at 20 a second.
		assert.match(
			lines.find((line) => line.includes('`resnet50`')) ?? '',
			/\| 20 \| 1,435 \| 100 \| 8\.0 \| {2}\| {2}\| {2}\|$/,
		);
		assert.match(
			lines.find((line) => line.includes('`efficientnet-lite0`')) ?? '',
			/\| 60\.00 % \| 61\.50 % \| 0\.5100 \|$/,
		);
	});

	it('describe the conditions', () => {
		assert.equal(
			conditions(stored),
			'3,589 faces of PublicTest; 3 trials, 12 minutes of training and validation on 2 cores of Abacus 3000.',
		);
		assert.equal(conditions({ trials: {} }), 'Not run yet.');
	});
});
