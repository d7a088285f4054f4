/** A learning-rate schedule. */
export interface Schedule {
	/** The highest learning rate. */
	readonly learningRate: number;
	/** Steps of linear warm-up. */
	readonly warmupSteps: number;
	readonly totalSteps: number;
}

/**
 * Returns the learning rate of a step: linear warm-up, then cosine decay to zero (Loshchilov and Hutter 2017,
 * arXiv:1608.03983).
 * @param step From 0.
 */
export function learningRateAt(step: number, { learningRate, warmupSteps, totalSteps }: Schedule): number {
	if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
	const progress = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
	return (learningRate * (1 + Math.cos(Math.PI * Math.min(1, progress)))) / 2;
}
