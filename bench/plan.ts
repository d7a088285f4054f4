// @ts-check
/** What is measured: each group of workers takes turns, and gives some rows of the table. */
import { augmentation, reading } from './plans/data.mjs';
import { prediction } from './plans/prediction.mjs';
import { byBatchSize, byImageSize, bySteps, limits } from './plans/scaling.mjs';
import { head, training } from './plans/training.mjs';
import { FULL_SIZES, NETWORKS, QUICK_SIZES } from './sizes.mjs';

/**
 * @typedef {'ours' | 'keras' | 'stock' | 'torch' | 'pandas' | 'pandasSplit'} Side
 *
 * @typedef {object} RowPlan
 * @property {string} what
 * @property {string} peer In words.
 * @property {Side} side Whose figure ours is compared with; `ours` where it is compared with another of its own.
 * @property {string} figure
 * @property {string} [theirFigure] Default: the same.
 * @property {'higher' | 'lower'} better
 * @property {string} unit
 * @property {number} [divisor] Brings the figure to the unit. Default 1.
 * @property {number} [factor] How many times the work of theirs ours did; the ratio is multiplied by it. Default 1.
 * @property {number} [goal] The least ratio that is aimed at.
 *
 * @typedef {object} Task A worker: its file in workers/ or python/, and its options.
 * @property {string} file
 * @property {Record<string, unknown>} options
 *
 * @typedef {object} Group
 * @property {string} name
 * @property {string} section The table that its rows belong to.
 * @property {{ours: Task} & Partial<Record<Side, Task>>} workers
 * @property {readonly RowPlan[]} rows
 * @property {boolean} [fresh] Whether each repetition has processes of its own.
 * @property {number} [repetitions] Where it differs from the others'.
 *
 * @typedef {{file: string, rows: number, drawn: boolean}} Csv The table to read.
 */

/**
 * Plans a run.
 * @param {object} options
 * @param {boolean} options.quick Whether it only proves that all runs.
 * @param {Csv} options.csv
 * @returns {Group[]}
 */
export function planGroups({ quick, csv }) {
	const sizes = quick ? QUICK_SIZES : FULL_SIZES;
	const networks = Object.keys(NETWORKS);
	return [
		...networks.map((network) => training(network, false, sizes)),
		...networks.map((network) => training(network, true, sizes)),
		head('efficientnet-lite0', sizes),
		...networks.map((network) => prediction(network, sizes)),
		augmentation(sizes),
		reading(csv),
		byBatchSize(sizes),
		byImageSize(sizes),
		bySteps(sizes),
		limits(sizes),
	];
}
