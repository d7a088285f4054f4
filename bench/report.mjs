// @ts-check
/** The results as Markdown. */
import { fillMarks, table } from '../dist/cli/markdown.js';

/**
 * @typedef {import('./rows.mjs').Row} Row
 * @typedef {import('./opProfile.mjs').Profile} Profile
 *
 * @typedef {object} Results What docs/results/bench.json holds.
 * @property {string} date
 * @property {import('./machine.mjs').Machine} machine
 * @property {Record<string, string>} versions
 * @property {number} repetitions
 * @property {Row[]} rows
 * @property {Record<string, import('./opProfile.mjs').Limit>} limits
 * @property {Profile[]} profile
 */

/**
 * Writes a number with three significant digits, a whole one with all of its: 1,234, 158, 12.3, 0.0123.
 * @param {number} value
 */
export function formatNumber(value) {
	if (Number.isInteger(value) || Math.abs(value) >= 999.5) return Math.round(value).toLocaleString('en');
	return value.toPrecision(3);
}

/** @param {Row} row */
function rowCells({ what, peer, ours, theirs, ratio, goal, unit, note }) {
	/** @param {number | null} value */
	const shown = (value) => (value === null ? '' : `${formatNumber(value)} ${unit}`);
	const reached = ratio && goal !== null ? (ratio.median >= goal ? '✓' : '✗') : '';
	const spread = ratio
		? `**${formatNumber(ratio.median)}** (${formatNumber(ratio.min)} to ${formatNumber(ratio.max)})`
		: (note ?? '').replaceAll('|', '/');
	return [what, peer, shown(ours), shown(theirs), spread, goal === null ? '' : `${goal} ${reached}`.trim()];
}

/** @param {readonly Row[]} rows */
export function rowTables(rows) {
	const sections = [...new Set(rows.map(({ section }) => section))];
	return sections
		.map((section) => {
			const names = ['what', 'beside', 'ours', 'theirs', 'ratio', 'goal'];
			const lines = rows.filter((row) => row.section === section).map(rowCells);
			return `### ${section}\n\n${table(names, lines, 2)}`;
		})
		.join('\n\n');
}

/** @param {Profile} profile */
function profileTable({ frozen, milliseconds, calls, gflops, ofLimit, kinds }) {
	/** @param {number} part */
	const percent = (part) => `${(100 * part).toFixed(part < 0.1 ? 1 : 0)} %`;
	const title = frozen ? 'Batch norm frozen' : 'All layers';
	const step = `${formatNumber(milliseconds)} ms, ${Math.round(calls).toLocaleString('en')} ops`;
	const rate = `${formatNumber(gflops)} GFLOP/s over all, ${percent(ofLimit)} of the limit`;
	const lines = kinds.map((kind) => [
		kind.op,
		kind.calls > 0 ? Math.round(kind.calls).toLocaleString('en') : '',
		formatNumber(kind.milliseconds),
		percent(kind.share),
		kind.gflops ? `${formatNumber(kind.gflops)} GFLOP/s` : kind.gigabytes ? `${formatNumber(kind.gigabytes)} GB/s` : '',
		kind.ofLimit ? percent(kind.ofLimit) : '',
	]);
	const names = ['op', 'calls', 'ms', 'of the step', 'rate', 'of the limit'];
	return `### ${title}: ${step}; ${rate}\n\n${table(names, lines, 1)}`;
}

/** @param {Results} results */
function limitTable({ limits }) {
	const lines = Object.entries(limits).map(([name, { unit, min, median, max }]) => {
		const [kind, size] = name.split(' ');
		const what = kind === 'matrixProduct' ? `matrix product, ${size} x ${size}, float32` : 'sum of two long vectors';
		return [what, `${formatNumber(median)} (${formatNumber(min)} to ${formatNumber(max)}) ${unit}`];
	});
	return table(['limit', 'measured'], lines, 1);
}

/** @param {Results} results */
function machineText({ machine, versions, date, repetitions }) {
	const { cpu, cores, memoryGiB, system, load } = machine;
	const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
	return [
		`${date}, ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}; load before the run ${load}.`,
		`${software.join(', ')}. ${repetitions} repetitions.`,
	].join('\n');
}

/**
 * Puts results into a page, each between its marks; all else stays as it is.
 * @param {string} page
 * @param {Results} results
 * @throws {import('../scripts/setup/problem.mjs').Problem} If a mark is missing.
 */
export function fillPage(page, results) {
	const parts = {
		machine: machineText(results),
		rows: rowTables(results.rows),
		limits: limitTable(results),
		profile: results.profile.map(profileTable).join('\n\n'),
	};
	return fillMarks(page, { file: 'docs/benchmarks.md', group: 'bench', parts });
}
