import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readSpace } from '../../../cli/tune/space';

const folder = mkdtempSync(join(tmpdir(), 'fer-space-'));
after(() => rmSync(folder, { recursive: true }));

function read(content: unknown, set: readonly string[] = []) {
	const file = join(folder, 'space.json');
	writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
	return readSpace(file, 'quick', set);
}

describe('readSpace', () => {
	it('reads lists, ranges and logarithmic ranges, of integers where the setting is one', () => {
		const space = read({
			backbone: ['mobilenet-v2', 'efficientnet-lite0'],
			'phase2.learningRate': { min: 1e-4, max: 1e-2, log: true },
			'phase2.epochs': { min: 4, max: 8 },
			'phase2.augmentation': [{ horizontalFlip: false }, {}],
		});
		assert.deepEqual(space, {
			backbone: { choices: ['mobilenet-v2', 'efficientnet-lite0'] },
			'phase2.learningRate': { min: 1e-4, max: 1e-2, log: true, integer: false },
			'phase2.epochs': { min: 4, max: 8, log: false, integer: true },
			'phase2.augmentation': { choices: [{ horizontalFlip: false }, {}] },
		});
	});

	it('names the file, the setting and what is wrong with it', () => {
		const wrong: readonly (readonly [unknown, RegExp])[] = [
			['{', /^DataError: Expected JSON in .*space\.json but received /],
			[{}, /^DataError: Expected an object of settings in .*space\.json/],
			[[1], /^DataError: Expected an object of settings/],
			[
				{ learningRate: [1] },
				/the name of a setting for .*space\.json but .* Nearest: phase1\.learningRate, phase2\.learni/,
			],
			[{ seed: 5 }, /Expected a list of values, or \{ "min": .* for seed in .*space\.json but received 5/],
			[{ seed: [] }, /different values, at least one, for seed in/],
			[{ seed: [1, 1] }, /different values, at least one, for seed in/],
			[{ seed: ['one'] }, /space\.json: Expected integer.* for config\.seed but received "one"/],
			[
				{ imageSize: [96, 5000] },
				/space\.json: Expected integer from 8 to 512 for config\.imageSize but received 5000/,
			],
			[{ imageSize: { min: 8, max: 5000 } }, /space\.json: Expected integer from 8 to 512 for config\.imageSize/],
			[
				{ imageSize: { min: 8.5, max: 96 } },
				/space\.json: Expected integer .* for config\.imageSize but received 8\.5/,
			],
			[{ imageSize: { min: 96, max: 96 } }, /number above 96 for max of imageSize in/],
			[
				{ imageSize: { min: 96 } },
				/^TypeError: Expected number for max of imageSize in .*space\.json but received undefined/,
			],
			[{ imageSize: { min: 8, max: 96, step: 8 } }, /one of .* for imageSize in .*space\.json but received "step"/],
			[{ backbone: { min: 1, max: 2 } }, /a list of values for backbone in/],
			[{ phase2: { min: 1, max: 2 } }, /a list of values for phase2 in/],
			[
				{ 'phase2.weightDecay': { min: 0, max: 1, log: true } },
				/number above 0, for a logarithm, for min of phase2\.weightD/,
			],
			[{ 'phase2.weightDecay': { min: 0, max: 1, log: 1 } }, /Expected boolean for log of phase2\.weightDecay in/],
		];
		for (const [content, message] of wrong) assert.throws(() => read(content), message, JSON.stringify(content));
	});

	it('checks values together with what all trials have in common', () => {
		assert.throws(() => read({ seed: [1] }, ['imageSize=5']), /for config\.imageSize but received 5/);
	});
});
