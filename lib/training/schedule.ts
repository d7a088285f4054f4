/** Numbers of a learning-rate schedule. */
export interface Schedule {
	/** The highest learning rate. */
	readonly learningRate: number;
	/** Steps over which the rate rises in a line from nearly zero. */
	readonly warmupSteps: number;
	readonly totalSteps: number;
}

/**
 * The learning rate of a step: a linear warm-up, then half a cosine down to zero (Loshchilov and Hutter 2017,
 * arXiv:1608.03983).
 * @param step From 0.
 */
export function learningRateAt(step: number, { learningRate, warmupSteps, totalSteps }: Schedule): number {
	if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
	const progress = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
	return (learningRate * (1 + Math.cos(Math.PI * Math.min(1, progress)))) / 2;
}
