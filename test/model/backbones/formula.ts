// Weights and images of a formula instead of a file: fixtures/backbones/make_fixtures.py computes the same numbers.
import type { tf as Tf } from '../../../lib/tensorflow/tf';

/**
 * Says what number in (-1, 1) a name has at each index: FNV-1a of the name, then MurmurHash3's finaliser of name + index x
 * golden ratio.
 */
export function numbersOf(name: string): (index: number) => number {
	let seed = 0x811c9dc5;
	for (const byte of Buffer.from(name)) seed = Math.imul(seed ^ byte, 0x01000193);
	return (index) => {
		let hash = seed + Math.imul(index, 0x9e3779b9);
		hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
		hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
		return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 2 ** 31 - 1;
	};
}

/** The first numbers of a name. */
export function uniform(name: string, size: number): Float64Array {
	const numberAt = numbersOf(name);
	// Not by Float64Array.from, which takes some four times as long: the largest network has 28 million weights.
	const numbers = new Float64Array(size);
	for (let index = 0; index < size; index++) numbers[index] = numberAt(index);
	return numbers;
}

/**
 * Kernels of variance 2 / fan-in (He et al. 2015), batch normalisation near the identity; `within` keeps what goes into
 * each ReLU6 between 0 and 6, away from the kinks at which rounding decides on a gradient.
 */
export function formulaWeight(name: string, shape: readonly number[], within = false): Float64Array {
	const values = uniform(
		name,
		shape.reduce((product, side) => product * side, 1),
	);
	const map = (of: (value: number) => number) => values.map(of);
	const kernel = (sides: number) => {
		const fanIn = shape.slice(0, sides).reduce((product, side) => product * side, 1);
		return map((u) => u * Math.sqrt(6 / fanIn));
	};
	const kept = within && !name.includes('project');
	switch (name.slice(name.indexOf('/') + 1)) {
		case 'kernel':
			return kernel(shape.length - 1);
		case 'depthwise_kernel':
			return kernel(2);
		case 'gamma':
			return map((u) => (kept ? 0.25 + 0.1 * u : 1 + 0.3 * u));
		case 'moving_mean':
			return map((u) => 0.3 * u);
		case 'moving_variance':
			return map((u) => 1 + 0.5 * u);
		case 'beta':
			return map((u) => (kept ? 3 + 0.3 * u : 0.5 * u));
		case 'bias':
			return map((u) => 0.5 * u);
		default:
			throw new Error(`no formula for ${name}`);
	}
}

/** Gives every weight of a model its formula. */
export function setFormulaWeights(tf: typeof Tf, model: Tf.LayersModel, within = false): void {
	tf.tidy(() => {
		model.setWeights(
			model.weights.map((weight) => {
				const shape = weight.shape as number[];
				return tf.tensor(Float32Array.from(formulaWeight(weight.originalName, shape, within)), shape);
			}),
		);
	});
}

/** Square images of noise in (-1, 1). */
export function formulaImages(tf: typeof Tf, name: string, batch: number, size: number): Tf.Tensor4D {
	const values = uniform(name, batch * size * size * 3);
	return tf.tensor4d(Float32Array.from(values), [batch, size, size, 3]);
}
