import { classCounts, type Dataset } from '../data/dataset';
import { type Random, shuffle } from '../random';
import type { LossOptions } from './losses';

/** Ways to give rare classes more weight; each costs accuracy and raises the recall of the rare. */
export const IMBALANCE_METHODS = [
	'none',
	/** Loss weighted by the effective number of images (Cui et al. 2019, arXiv:1901.05555). */
	'classBalanced',
	/** Loss weighted by all images / (classes x images of the class), as `class_weight='balanced'` of scikit-learn. */
	'inverseFrequency',
	/** Every class is drawn equally often. */
	'balancedSampling',
	/** Loss of what is learnt already weighs less (Lin et al. 2017, arXiv:1708.02002). */
	'focal',
	/** The logarithm of a class's share is added to its logit in training (Menon et al. 2021, arXiv:2007.07314). */
	'logitAdjustment',
] as const;

/** How rare classes are treated. */
export interface ImbalanceConfig {
	readonly method: (typeof IMBALANCE_METHODS)[number];
	/** Of `classBalanced`: the nearer to 1, the nearer to the inverse frequency. */
	readonly effectiveNumberBeta: number;
	/** Exponent of `focal`. */
	readonly focalGamma: number;
	/** Factor of `logitAdjustment`. */
	readonly logitAdjustmentTau: number;
}

/** The loss's part of a method, from the number of training images a class. */
export function imbalanceLoss(config: ImbalanceConfig, counts: readonly number[]): Omit<LossOptions, 'labelSmoothing'> {
	const total = counts.reduce((sum, count) => sum + count, 0);
	const { method, effectiveNumberBeta: beta, focalGamma, logitAdjustmentTau: tau } = config;
	if (method === 'inverseFrequency') {
		return { classWeights: counts.map((count) => total / (counts.length * Math.max(1, count))) };
	}
	if (method === 'classBalanced') {
		const inverse = counts.map((count) => (1 - beta) / (1 - beta ** Math.max(1, count)));
		const sum = inverse.reduce((all, value) => all + value, 0);
		return { classWeights: inverse.map((value) => (value * counts.length) / sum) };
	}
	if (method === 'focal') return { focalGamma };
	if (method === 'logitAdjustment') {
		return { logitOffsets: counts.map((count) => tau * Math.log(Math.max(1, count) / total)) };
	}
	return {};
}

/** Counts the images of each class. */
export function countsOf({ labels, emotions }: Dataset, indices: Uint32Array): number[] {
	return classCounts(
		Array.from(indices, (index) => labels[index]),
		emotions.length,
	);
}

/**
 * The order in which an epoch visits images: each once or, with `balancedSampling`, as many draws, an equal number from
 * each class, whose images come again where there are too few.
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
