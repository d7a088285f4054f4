// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { Problem } from './setup/problem.mjs';

/**
 * The part of `metrics.json` that is printed; lib/results.ts says what all of it is.
 * @typedef {{accuracy: number, macroF1: number}} Scores
 * @typedef {{estimate: number, low: number, high: number}} Interval
 * @typedef {Scores & {protocol: string, n: number, backbone: string, dataset: {name: string, drawn: boolean},
 *   tta: Scores, gain: {accuracy: Interval}}} Metrics
 */

/** @param {number} fraction */
const percent = (fraction) => `${(100 * fraction).toFixed(2)} %`;

/** @param {Scores} scores */
const scoreText = ({ accuracy, macroF1 }) => `accuracy ${percent(accuracy)}, macro F1 ${macroF1.toFixed(4)}`;

/** Percentage points with their sign. @param {number} fraction */
const points = (fraction) => `${fraction < 0 ? '−' : '+'}${Math.abs(100 * fraction).toFixed(2)}`;

/**
 * Reads a run's `metrics.json`.
 * @param {string} folder
 * @returns {Metrics}
 * @throws {Problem} If the notebook has not written it.
 */
export function readMetrics(folder) {
	const file = path.join(folder, 'metrics.json');
	try {
		return JSON.parse(fs.readFileSync(file, 'utf8'));
	} catch (error) {
		const why = error instanceof Error ? error.message : error;
		throw new Problem(`The notebook ran, but left no results (${why}). Take it back from git: git checkout notebooks`);
	}
}

/**
 * Writes a run's results as lines for the terminal.
 * @param {Metrics} metrics
 */
export function formatMetrics(metrics) {
	const { protocol, n, backbone, dataset, tta, gain } = metrics;
	const { estimate, low, high } = gain.accuracy;
	const lines = [
		`Results on ${dataset.name}: protocol ${protocol}, n = ${n.toLocaleString('en')}, ${backbone}`,
		`  without TTA  ${scoreText(metrics)}`,
		`  with TTA     ${scoreText(tta)}`,
		`  gain         ${points(estimate)} points of accuracy (95 % interval ${points(low)} to ${points(high)})`,
	];
	if (dataset.drawn) lines.push('These faces were drawn by this project: the results say nothing of real ones.');
	return lines.join('\n');
}
