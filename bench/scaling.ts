import { formatCount } from '../lib/format';
import type { Group, RowPlan } from './rows';
import { MAIN, type Sizes } from './sizes';

const SECTION = 'Scaling';

/** Plans training at growing batch sizes, beside itself at the smallest. */
export function byBatchSize({ imageSize, batchSizes, imagesAShape }: Sizes): Group {
	const shapes = batchSizes.map((batchSize) => ({ batchSize, imageSize }));
	const [smallest, ...others] = batchSizes;
	const rows = others.flatMap((batchSize): RowPlan[] => {
		const row = (what: string, figure: string) => ({
			what: `batch ${batchSize}, ${what}`,
			peer: `itself, batch ${smallest}`,
			side: 'ours' as const,
			figure: `${figure} ${batchSize}x${imageSize}`,
			theirFigure: `${figure} ${smallest}x${imageSize}`,
			goal: 1,
		});
		const memory = row("peak memory (ratio: an image's share)", 'peakBytes');
		return [
			{ ...row('training', 'imagesPerSecond'), unit: 'images/s' },
			{ ...memory, factor: batchSize / smallest, unit: 'GB' },
		];
	});
	const options = { network: MAIN, shapes, imagesAShape, minSteps: 1 };
	const workers = { ours: { file: 'scaling.js', options } };
	return { name: 'scaling-batch', section: SECTION, fresh: true, workers, rows };
}

/** Plans training at growing image sizes, beside itself at the smallest. */
export function byImageSize({ batchSize, imageSizes, imagesAShape }: Sizes): Group {
	const shapes = imageSizes.map((imageSize) => ({ batchSize, imageSize }));
	const [smallest, ...others] = imageSizes;
	const rows = others.map(
		(size): RowPlan => ({
			what: `${size}x${size}, training, batch ${batchSize}`,
			peer: `itself, ${smallest}x${smallest}`,
			side: 'ours',
			figure: `pixelsPerSecond ${batchSize}x${size}`,
			theirFigure: `pixelsPerSecond ${batchSize}x${smallest}`,
			unit: 'Mpixel/s',
			goal: 1,
		}),
	);
	const options = { network: MAIN, shapes, imagesAShape, minSteps: 2 };
	return { name: 'scaling-size', section: SECTION, workers: { ours: { file: 'scaling.js', options } }, rows };
}

/** Plans the tensors and memory of a long training, beside itself at its start. */
export function bySteps({ longRun }: Sizes): Group {
	const counts = [1, longRun / 100, longRun / 10, longRun];
	const lastFive = (last: number) => [4, 3, 2, 1, 0].map((before) => last - (before * longRun) / 100);
	const [early, late] = [lastFive(longRun / 10), lastFive(longRun)];
	const tensors = counts.slice(1).map(
		(count): RowPlan => ({
			what: `tensors after ${formatCount(count)} steps`,
			peer: 'itself, after 1 step',
			side: 'ours',
			figure: `tensors ${count}`,
			theirFigure: 'tensors 1',
			unit: 'tensors',
			goal: 1,
		}),
	);
	const memory: RowPlan = {
		what: `memory after ${formatCount(late[0])} to ${formatCount(longRun)} steps, every option on`,
		peer: `itself, after ${early[0]} to ${early[4]} steps`,
		side: 'ours',
		figure: 'lateBytes',
		theirFigure: 'earlyBytes',
		unit: 'MB',
		goal: 0.98,
	};
	const options = { network: MAIN, imageSize: 32, batchSize: 4, counts, early, late };
	const workers = { ours: { file: 'longRun.js', options } };
	return { name: 'scaling-steps', section: SECTION, repetitions: 1, workers, rows: [...tensors, memory] };
}

/** Plans the limits of the machine and the profiles of training steps, which have no rows. */
export function limits(sizes: Sizes): Group {
	const options = { ...sizes, network: MAIN, steps: 2 };
	return { name: 'limits', section: 'Limits', workers: { ours: { file: 'limits.js', options } }, rows: [] };
}
