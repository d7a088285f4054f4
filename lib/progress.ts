import { formatPercent, formatSeconds } from './format';

/** The progress of a long task. */
export interface Progress {
	/** Such as `Phase 2, epoch 3 of 14`. */
	readonly stage: string;
	/** Items done; images, where a rate in images/s makes sense. */
	readonly done: number;
	readonly total: number;
	readonly itemsPerSecond: number;
	/** In the stage, estimated. */
	readonly secondsLeft: number;
	/** Running means in training. */
	readonly loss?: number;
	readonly accuracy?: number;
}

/** Receives progress a few times a second. */
export type OnProgress = (progress: Progress) => void;

/** Formats progress as one line with a bar of `width` characters. */
export function formatProgress(progress: Progress, width = 24): string {
	const { stage, done, total, itemsPerSecond, secondsLeft, loss, accuracy } = progress;
	const fraction = total > 0 ? Math.min(1, done / total) : 1;
	const filled = Math.round(fraction * width);
	const bar = `${'━'.repeat(filled)}${'╌'.repeat(width - filled)}`;
	const parts = [`${stage} ${bar} ${String(Math.round(fraction * 100)).padStart(3)} %`];
	if (itemsPerSecond > 0) parts.push(`${Math.round(itemsPerSecond)} images/s`);
	if (loss !== undefined) parts.push(`loss ${loss.toFixed(3)}`);
	if (accuracy !== undefined) parts.push(`accuracy ${formatPercent(accuracy, 1)}`);
	if (fraction < 1 && Number.isFinite(secondsLeft)) parts.push(`${formatSeconds(secondsLeft)} left`);
	return parts.join(' · ');
}

/** Measures and reports the progress of one stage. */
export class ProgressMeter {
	private readonly start = performance.now();
	private done = 0;

	/** @param alreadyDone Items done by an earlier run: they count in the bar but not in the rate. */
	constructor(
		private readonly stage: string,
		private readonly total: number,
		private readonly onProgress: OnProgress | undefined,
		private readonly alreadyDone = 0,
	) {}

	/** Counts items as done and reports progress. */
	add(items: number, extra: Pick<Progress, 'loss' | 'accuracy'> = {}): Progress {
		this.done += items;
		const itemsPerSecond = this.done / ((performance.now() - this.start) / 1000);
		const done = this.alreadyDone + this.done;
		const secondsLeft = (this.total - done) / itemsPerSecond;
		const progress = { stage: this.stage, done, total: this.total, itemsPerSecond, secondsLeft, ...extra };
		this.onProgress?.(progress);
		return progress;
	}
}
