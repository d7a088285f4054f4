import type { ImbalanceConfig } from '../config';
import type { Dataset } from '../data/dataset';
import { type Random, shuffle } from '../random';
import type { LossOptions } from './losses';

/** Returns the loss options of a method, from the number of training images of each class. */
export function imbalanceLoss(config: ImbalanceConfig, counts: readonly number[]): Omit<LossOptions, 'labelSmoothing'> {
	const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
	const total = sum(counts);
	const { method, effectiveNumberBeta: beta, focalGamma, logitAdjustmentTau: tau } = config;
	if (method === 'inverseFrequency') {
		return { classWeights: counts.map((count) => total / (counts.length * Math.max(1, count))) };
	}
	if (method === 'classBalanced') {
		const inverse = counts.map((count) => (1 - beta) / (1 - beta ** Math.max(1, count)));
		return { classWeights: inverse.map((value) => (value * counts.length) / sum(inverse)) };
	}
	if (method === 'focal') return { focalGamma };
	if (method === 'logitAdjustment') {
		return { logitOffsets: counts.map((count) => tau * Math.log(Math.max(1, count) / total)) };
	}
	return {};
}

/**
 * Returns the order in which an epoch visits images: each once or, with `balancedSampling`, as many draws with an equal
 * number from each class; the images of small classes repeat.
 */
export function epochOrder(
	{ labels, emotions }: Dataset,
	indices: Uint32Array,
	{ method }: ImbalanceConfig,
	random: Random,
): Uint32Array {
	const order = shuffle(Uint32Array.from(indices), random);
	if (method !== 'balancedSampling') return order;
	const byClass = emotions.map((_, label) => order.filter((index) => labels[index] === label));
	const present = byClass.filter((images) => images.length > 0);
	const drawn = order.map((_, i) => {
		const images = present[i % present.length];
		return images[Math.floor(i / present.length) % images.length];
	});
	return shuffle(drawn, random);
}
