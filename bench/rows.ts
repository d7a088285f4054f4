// @ts-check
import { median, pairedRatios, spreadOf } from './statistics.mjs';

/**
 * @typedef {object} Row One comparison, as docs/results/bench.json holds it.
 * @property {string} section
 * @property {string} what
 * @property {string} peer
 * @property {number | null} ours Median over the repetitions, in `unit`.
 * @property {number | null} theirs
 * @property {import('./statistics.mjs').Spread | null} ratio How many times better ours is, over the repetitions' pairs.
 * @property {number | null} goal
 * @property {string} unit
 * @property {string} [note] Why there is no ratio.
 */

/**
 * Makes the rows of a group from what its workers measured.
 * @param {import('./plan.mjs').Group} group
 * @param {Record<string, import('./harness.mjs').Measured>} measured
 * @param {Readonly<Record<string, string>>} missing Peers that could not be installed, and why.
 * @returns {Row[]}
 */
export function makeRows({ section, rows }, measured, missing) {
	return rows.map(({ what, peer, side, figure, theirFigure = figure, better, unit, divisor = 1, factor = 1, goal }) => {
		/** @param {string} name @param {string} wanted */
		const valuesOf = (name, wanted) => measured[name]?.answers.map(({ figures }) => figures[wanted]) ?? [];
		const [ours, theirs] = [valuesOf('ours', figure), valuesOf(side, theirFigure)];
		/** @param {readonly number[]} values */
		const inUnit = (values) => (isComplete(values) ? median(values) / divisor : null);
		const common = { section, what, peer, ours: inUnit(ours), theirs: inUnit(theirs), goal: goal ?? null, unit };
		if (isComplete(ours) && isComplete(theirs) && ours.length === theirs.length) {
			return { ...common, ratio: spreadOf(pairedRatios(ours, theirs, better).map((ratio) => factor * ratio)) };
		}
		const fault = measured.ours?.fault ?? missing[side] ?? measured[side]?.fault ?? 'not measured on this system';
		return { ...common, ratio: null, note: fault };
	});
}

/** @param {readonly (number | undefined)[]} values */
function isComplete(values) {
	return values.length > 0 && values.every((value) => value !== undefined && Number.isFinite(value));
}
