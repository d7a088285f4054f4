/**
 * Returns the learning rate of a step, from 0: linear warm-up to `learningRate`, then cosine decay to zero (Loshchilov and
 * Hutter 2017, arXiv:1608.03983).
 */
export function learningRateAt(
	step: number,
	{ learningRate, warmupSteps, totalSteps }: Readonly<Record<'learningRate' | 'warmupSteps' | 'totalSteps', number>>,
): number {
	if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
	const progress = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
	return (learningRate * (1 + Math.cos(Math.PI * Math.min(1, progress)))) / 2;
}
