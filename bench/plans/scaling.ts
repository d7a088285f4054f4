// @ts-check
import { GIGA, MAIN, MEGA } from '../sizes.mjs';

/** @typedef {import('../plan.mjs').Group} Group */
/** @typedef {import('../plan.mjs').RowPlan} RowPlan */
/** @typedef {import('../sizes.mjs').Sizes} Sizes */

const SECTION = 'Scaling';

/** @param {Sizes} sizes @returns {Group} */
export function byBatchSize({ imageSize, batchSizes, imagesAShape }) {
	const shapes = batchSizes.map((batchSize) => ({ batchSize, imageSize }));
	const [smallest, ...others] = batchSizes;
	const rows = others.flatMap((batchSize) => {
		const common = { peer: `itself, batch ${smallest}`, side: /** @type {const} */ ('ours'), goal: 1 };
		const [name, base] = [batchSize, smallest].map((size) => `${size}x${imageSize}`);
		return /** @type {RowPlan[]} */ ([
			{
				...common,
				what: `batch ${batchSize}, training`,
				figure: `imagesPerSecond ${name}`,
				theirFigure: `imagesPerSecond ${base}`,
				better: 'higher',
				unit: 'images/s',
			},
			{
				...common,
				what: `batch ${batchSize}, peak memory (ratio: an image's share)`,
				figure: `peakBytes ${name}`,
				theirFigure: `peakBytes ${base}`,
				better: 'lower',
				factor: batchSize / smallest,
				unit: 'GB',
				divisor: GIGA,
			},
		]);
	});
	const options = { network: MAIN, shapes, imagesAShape, minSteps: 1 };
	return {
		name: 'scaling-batch',
		section: SECTION,
		fresh: true,
		workers: { ours: { file: 'scaling.mjs', options } },
		rows,
	};
}

/** @param {Sizes} sizes @returns {Group} */
export function byImageSize({ batchSize, imageSizes, imagesAShape }) {
	const shapes = imageSizes.map((imageSize) => ({ batchSize, imageSize }));
	const [smallest, ...others] = imageSizes;
	const rows = others.map((size) => ({
		what: `${size}x${size}, training, batch ${batchSize}`,
		peer: `itself, ${smallest}x${smallest}`,
		side: /** @type {const} */ ('ours'),
		figure: `pixelsPerSecond ${batchSize}x${size}`,
		theirFigure: `pixelsPerSecond ${batchSize}x${smallest}`,
		better: /** @type {const} */ ('higher'),
		unit: 'Mpixel/s',
		divisor: MEGA,
		goal: 1,
	}));
	const options = { network: MAIN, shapes, imagesAShape, minSteps: 2 };
	return { name: 'scaling-size', section: SECTION, workers: { ours: { file: 'scaling.mjs', options } }, rows };
}

/** @param {Sizes} sizes @returns {Group} */
export function bySteps({ longRun }) {
	const counts = [1, longRun / 100, longRun / 10, longRun];
	/** Five readings of memory around a tenth of the run, and five at its end. @param {number} last */
	const readings = (last) => [4, 3, 2, 1, 0].map((before) => last - (before * longRun) / 100);
	const common = { side: /** @type {const} */ ('ours'), better: /** @type {const} */ ('lower') };
	const rows = counts.slice(1).map((count) => ({
		...common,
		what: `tensors after ${count.toLocaleString('en')} steps`,
		peer: 'itself, after 1 step',
		figure: `tensors ${count}`,
		theirFigure: 'tensors 1',
		unit: 'tensors',
		goal: 1,
	}));
	const [early, late] = [readings(longRun / 10), readings(longRun)];
	const memory = {
		...common,
		what: `memory after ${late[0].toLocaleString('en')} to ${longRun.toLocaleString('en')} steps, every option on`,
		peer: `itself, after ${early[0]} to ${early[4]} steps`,
		figure: 'lateBytes',
		theirFigure: 'earlyBytes',
		unit: 'MB',
		divisor: MEGA,
		goal: 0.98,
	};
	const options = { network: MAIN, imageSize: 32, batchSize: 4, counts, early, late };
	const workers = { ours: { file: 'longRun.mjs', options } };
	return { name: 'scaling-steps', section: SECTION, repetitions: 1, workers, rows: [...rows, memory] };
}

/** @param {Sizes} sizes @returns {Group} */
export function limits({ imageSize, batchSize, matrices, megabytes }) {
	const options = { network: MAIN, imageSize, batchSize, steps: 2, matrices, megabytes };
	return { name: 'limits', section: 'Limits', workers: { ours: { file: 'limits.mjs', options } }, rows: [] };
}
