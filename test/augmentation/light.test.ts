import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeLight } from '../../lib/augmentation/light';
import { createRandom, type Random } from '../../lib/random';

/** A source that gives the listed numbers in turn. */
function scripted(...numbers: number[]): Random {
	const uniform = () => numbers.shift() ?? assert.fail('drawn more often than scripted');
	return { uniform, integer: () => assert.fail('not used'), normal: () => assert.fail('not used') };
}

function changed(pixels: number[], range: { contrastFraction: number; brightnessFraction: number }, random: Random) {
	const image = Float32Array.from(pixels);
	changeLight(image, range, random);
	return [...image];
}

describe('changeLight', () => {
	it('scales the differences from the mean, then shifts the grey level: worked by hand', () => {
		const range = { contrastFraction: 0.5, brightnessFraction: 0.2 };
		// Draws of 0.5 change nothing; 0 is the lower end, 0.75 half of the way to the upper.
		assert.deepEqual(changed([50, 100, 150], range, scripted(0.5, 0.5)), [50, 100, 150]);
		assert.deepEqual(changed([50, 100, 150], range, scripted(0, 0.5)), [75, 100, 125]);
		assert.deepEqual(changed([50, 100, 150], range, scripted(0.75, 0.5)), [37.5, 100, 162.5]);
		assert.deepEqual(changed([60, 100, 140], range, scripted(0, 0)), [29, 49, 69]);
	});

	it('cuts values off at 0 and 255', () => {
		const range = { contrastFraction: 0, brightnessFraction: 0.2 };
		assert.deepEqual(changed([0, 50, 255], range, scripted(0.5, 0)), [0, 0, 204]);
		assert.deepEqual(
			changed([0, 210, 255], { ...range, brightnessFraction: 0.4 }, scripted(0.5, 0.75)),
			[51, 255, 255],
		);
	});

	it('leaves images as they are where both limits are 0', () => {
		for (let seed = 0; seed < 20; seed++) {
			const image = Array.from({ length: 9 }, (_, i) => i * 30);
			assert.deepEqual(changed(image, { contrastFraction: 0, brightnessFraction: 0 }, createRandom(seed)), image);
		}
	});

	it('stays within its limits, for 200 seeds', () => {
		// Far from 0 and 255, so that nothing is cut off.
		const image = [100, 120, 128, 140, 152];
		for (let seed = 0; seed < 200; seed++) {
			const values = changed(image, { contrastFraction: 0.25, brightnessFraction: 0.2 }, createRandom(seed));
			const contrast = (values[4] - values[0]) / 52;
			assert.ok(contrast >= 0.75 - 1e-5 && contrast <= 1.25 + 1e-5, `contrast ${contrast}`);
			const shift = values.reduce((sum, value) => sum + value, 0) / 5 - 128;
			assert.ok(Math.abs(shift) <= 51 + 1e-4, `shift ${shift}`);
		}
	});

	it('keeps what seed 42 draws: a change here changes every stored run', () => {
		const image = changed(
			[10, 60, 110, 160, 210],
			{ contrastFraction: 0.25, brightnessFraction: 0.2 },
			createRandom(42),
		);
		const stored = [33.461708, 80.831497, 128.201279, 175.57106, 222.940842];
		image.forEach((value, i) => {
			assert.ok(Math.abs(value - stored[i]) < 1e-4, `${image} instead of ${stored}`);
		});
	});
});
