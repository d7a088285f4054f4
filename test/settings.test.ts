import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { settingsJsonSchema } from '../lib/config';
import { createConfig, FULL, PROFILES } from '../lib/profiles';
import { changedSettings, parseAssignments, settingNames, settingsMarkdown, settingsTable } from '../lib/settings';

/** The names of all values in a config. */
function namesIn(value: object, path = ''): string[] {
	return Object.entries(value).flatMap(([key, field]: [string, unknown]) => {
		const name = `${path}${key}`;
		return typeof field === 'object' && field && !Array.isArray(field) ? namesIn(field, `${name}.`) : [name];
	});
}

describe('settingsTable', () => {
	it('has every setting, with its default, valid values and a sentence', () => {
		const rows = settingsTable();
		assert.deepEqual(
			rows.map(({ setting }) => setting),
			namesIn(FULL),
		);
		assert.deepEqual(settingNames(), namesIn(FULL));
		for (const { setting, range, description } of rows) {
			assert.match(description, /^.{10,100}\.$/, setting);
			assert.doesNotMatch(range, /undefined/, setting);
		}
		assert.deepEqual(
			rows.find(({ setting }) => setting === 'imageSize'),
			{
				setting: 'imageSize',
				value: '96',
				range: 'integer from 8 to 512',
				unit: 'pixels',
				description: 'Side of the input images; `phase2.imageSizes` may change it in training.',
			},
		);
	});

	it('takes the settings below a prefix, with the values of a config', () => {
		const rows = settingsTable('distillation.', createConfig('distilled'));
		assert.deepEqual(
			rows.map(({ setting, value }) => [setting, value]),
			[
				['distillation.teachers', '["models/holdout"]'],
				['distillation.teacherFraction', '0.5'],
			],
		);
	});
});

describe('settingsJsonSchema', () => {
	it('limits every number on both sides', () => {
		const unlimited = settingsTable().filter(
			({ value, range }) => value && !Number.isNaN(Number(value)) && !/\d/.test(range),
		);
		assert.deepEqual(
			unlimited.map(({ setting }) => setting),
			['seed'],
		);
		assert.equal(settingsJsonSchema().properties?.seed.maximum, Number.MAX_SAFE_INTEGER);
	});
});

describe('settingsMarkdown', () => {
	it('is what docs/settings.md holds', () => {
		assert.equal(readFileSync(join(__dirname, '..', 'docs', 'settings.md'), 'utf8'), settingsMarkdown());
	});

	it('names the changes of each profile', () => {
		for (const profile of Object.keys(PROFILES)) assert.ok(settingsMarkdown().includes(`\n- \`${profile}\`: `));
	});
});

describe('changedSettings', () => {
	it('names what differs from the full profile, as the command takes it', () => {
		assert.deepEqual(changedSettings(createConfig('full')), []);
		const changes = { seed: 7, phase2: { epochs: 4, augmentation: { erasing: { probability: 0 } } } };
		assert.deepEqual(changedSettings(createConfig('full', changes)), [
			'seed=7',
			'phase2.epochs=4',
			'phase2.augmentation.erasing.probability=0',
		]);
		const sizes = [{ fromEpoch: 1, size: 64 }];
		assert.deepEqual(changedSettings(createConfig('full', { phase2: { imageSizes: sizes } })), [
			'phase2.imageSizes=[{"fromEpoch":1,"size":64}]',
		]);
	});
});

describe('parseAssignments', () => {
	it('reads JSON values, and anything else as a string; later ones win', () => {
		const assignments = [
			'phase2.epochs=20',
			'phase2.imageSizes=[]',
			'alwaysDraw=true',
			'backbone=a=b',
			'phase2.epochs=3',
		];
		assert.deepEqual(parseAssignments(assignments), {
			phase2: { epochs: 3, imageSizes: [] },
			alwaysDraw: true,
			backbone: 'a=b',
		});
		assert.deepEqual(parseAssignments(['tta={"views":"ten"}', 'tta.average=logits']), {
			tta: { views: 'ten', average: 'logits' },
		});
		assert.deepEqual(parseAssignments([]), {});
	});

	it('refuses what is no assignment', () => {
		for (const text of ['=3', 'seed', '']) {
			assert.throws(() => parseAssignments([text]), /^RangeError: Expected NAME=VALUE for --set but received /);
		}
	});

	it('refuses an unknown name and lists the nearest, also where the group is missing', () => {
		const nearest: readonly [string, string][] = [
			['epochs=3', 'phase1.epochs, phase2.epochs'],
			['phase2.learningrate=1', 'phase2.learningRate, phase1.learningRate'],
			['sed=1', 'seed'],
		];
		for (const [assignment, names] of nearest) {
			const message = new RegExp(`^RangeError: Expected the name of a setting for --set .* Nearest: ${names}, `);
			assert.throws(() => parseAssignments([assignment]), message);
		}
	});

	it('refuses the names of prototypes and leaves them alone', () => {
		for (const name of ['__proto__.polluted', 'constructor.prototype.polluted', 'phase2.__proto__.polluted']) {
			assert.throws(() => parseAssignments([`${name}=1`]), /the name of a setting/);
		}
		assert.equal('polluted' in {}, false);
	});
});
