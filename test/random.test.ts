import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beta, createRandom, type Random, shuffle } from '../lib/random';

/** What seed 42 gave when this test was written; integers and normals follow the uniforms in one stream. */
const STORED = {
	uniform: [0.3947913874872029, 0.6784439033363014, 0.8238668511621654, 0.8730054809711874],
	integer: [1, 3, 6, 4, 5, 5, 6, 5],
	normal: [-0.42150502845348314, -0.4825122636924482],
	shuffle: [7, 2, 1, 0, 5, 6, 4, 3],
	beta: [0.06254857257172892, 0.4280859980532092],
};

function draws(count: number, draw: () => number): number[] {
	return Array.from({ length: count }, draw);
}

function moments(values: readonly number[]): { mean: number; variance: number } {
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

function near(received: number, expected: number, tolerance: number): void {
	assert.ok(Math.abs(received - expected) <= tolerance, `${received} is not within ${tolerance} of ${expected}`);
}

/** Correlation of two streams of uniform numbers. */
function correlation(first: Random, second: Random, count: number): number {
	const products = draws(count, () => (first.uniform() - 0.5) * (second.uniform() - 0.5));
	return moments(products).mean * 12;
}

describe('createRandom', () => {
	it('keeps the numbers of a seed: a change here changes every stored run', () => {
		const random = createRandom(42);
		assert.deepEqual(draws(4, random.uniform), STORED.uniform);
		assert.deepEqual(
			draws(8, () => random.integer(10)),
			STORED.integer,
		);
		// Logarithm and cosine may differ in the last bit from one machine to another.
		draws(2, random.normal).forEach((value, index) => {
			near(value, STORED.normal[index], 1e-12);
		});
	});

	it('gives unlike streams for near seeds, other orders and other counts of seeds', () => {
		const firsts = [[0], [1], [-1], [2 ** 31], [0, 0], [0, 1], [1, 0], [0, 0, 0]].map((seeds) =>
			createRandom(...seeds).uniform(),
		);
		assert.equal(new Set(firsts).size, firsts.length);
		// Over 20,000 draws the correlation of independent streams has a standard deviation of 0.007.
		for (let seed = 0; seed < 10; seed++) {
			near(correlation(createRandom(seed), createRandom(seed + 1), 20_000), 0, 0.035);
			near(correlation(createRandom(7, seed), createRandom(7, seed + 1), 20_000), 0, 0.035);
		}
	});

	it('has first draws that are uniform over consecutive seeds', () => {
		const { mean, variance } = moments(Array.from({ length: 5000 }, (_, step) => createRandom(3, step).uniform()));
		near(mean, 1 / 2, 0.02);
		near(variance, 1 / 12, 0.005);
	});

	it('is uniform, and normal with mean 0 and variance 1', () => {
		for (let seed = 0; seed < 3; seed++) {
			const random = createRandom(seed);
			const uniform = draws(20_000, random.uniform);
			assert.ok(uniform.every((value) => value >= 0 && value < 1));
			near(moments(uniform).mean, 1 / 2, 0.01);
			near(moments(uniform).variance, 1 / 12, 0.003);
			const normal = draws(20_000, random.normal);
			near(moments(normal).mean, 0, 0.035);
			near(moments(normal).variance, 1, 0.05);
			// The fourth moment of the standard normal distribution is 3.
			near(moments(normal.map((value) => value ** 4)).mean, 3, 0.35);
		}
	});

	it('draws every integer below the bound as often', () => {
		const random = createRandom(5);
		const counts = new Array<number>(7).fill(0);
		for (let draw = 0; draw < 14_000; draw++) counts[random.integer(7)]++;
		const chiSquare = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
		assert.ok(chiSquare < 22.5, `${chiSquare} is above the 0.1 % bound with 6 degrees of freedom`);
	});
});

describe('shuffle', () => {
	it('keeps the order of a seed', () => {
		assert.deepEqual(shuffle([0, 1, 2, 3, 4, 5, 6, 7], createRandom(42)), STORED.shuffle);
	});

	it('works in place on typed arrays and loses nothing', () => {
		const values = Uint32Array.from({ length: 1000 }, (_, index) => index);
		assert.equal(shuffle(values, createRandom(1)), values);
		assert.notDeepEqual([...values.subarray(0, 5)], [0, 1, 2, 3, 4]);
		assert.deepEqual(
			[...values].sort((a, b) => a - b),
			Array.from({ length: 1000 }, (_, index) => index),
		);
	});

	it('gives each of the six orders of three as often', () => {
		const random = createRandom(9);
		const counts = new Map<string, number>();
		for (let draw = 0; draw < 6000; draw++) {
			const order = shuffle([0, 1, 2], random).join();
			counts.set(order, (counts.get(order) ?? 0) + 1);
		}
		assert.equal(counts.size, 6);
		const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
		assert.ok(chiSquare < 20.5, `${chiSquare} is above the 0.1 % bound with 5 degrees of freedom`);
	});
});

describe('beta', () => {
	it('keeps the numbers of a seed', () => {
		const random = createRandom(42);
		draws(2, () => beta(0.2, random)).forEach((value, index) => {
			near(value, STORED.beta[index], 1e-12);
		});
	});

	it('has the moments of Beta(alpha, alpha)', () => {
		for (const alpha of [0.2, 1, 2]) {
			const random = createRandom(1);
			const values = draws(20_000, () => beta(alpha, random));
			assert.ok(values.every((value) => value >= 0 && value <= 1));
			near(moments(values).mean, 1 / 2, 0.015);
			near(moments(values).variance, 1 / (4 * (2 * alpha + 1)), 0.005);
		}
	});
});
