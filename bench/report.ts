import { fillMarks, table } from '../cli/markdown';
import { formatCount } from '../lib/format';
import type { describeMachine } from './machine';
import type { Limit, Profile } from './opProfile';
import type { Row } from './rows';

/** Content of docs/results/bench.json. */
export interface Results {
	readonly date: string;
	readonly machine: ReturnType<typeof describeMachine>;
	readonly versions: Readonly<Record<string, string>>;
	readonly repetitions: number;
	readonly rows: readonly Row[];
	readonly limits: Readonly<Record<string, Limit>>;
	readonly profile: readonly Profile[];
}

/** Formats a number with three significant digits, or a whole one: 1,234, 158, 12.3, 0.0123. */
export function formatNumber(value: number): string {
	if (Number.isInteger(value) || Math.abs(value) >= 999.5) return formatCount(Math.round(value));
	return value.toPrecision(3);
}

function rowCells({ what, peer, ours, theirs, ratio, goal, unit, note }: Row): string[] {
	const shown = (value: number | null) => (value === null ? '' : `${formatNumber(value)} ${unit}`);
	const reached = ratio && goal !== null ? (ratio.median >= goal ? '✓' : '✗') : '';
	const spread = ratio ? `**${formatNumber(ratio.median)}** ${range(ratio)}` : (note ?? '').replaceAll('|', '/');
	return [what, peer, shown(ours), shown(theirs), spread, goal === null ? '' : `${goal} ${reached}`.trim()];
}

const range = ({ min, max }: { min: number; max: number }) => `(${formatNumber(min)} to ${formatNumber(max)})`;

/** Formats rows as Markdown, one table per section. */
export function rowTables(rows: readonly Row[]): string {
	const names = ['what', 'beside', 'ours', 'theirs', 'ratio', 'goal'];
	const sections = [...new Set(rows.map(({ section }) => section))];
	const linesOf = (section: string) => rows.filter((row) => row.section === section).map(rowCells);
	return sections.map((section) => `### ${section}\n\n${table(names, linesOf(section), 2)}`).join('\n\n');
}

function profileTable({ frozen, milliseconds, calls, gflops, ofLimit, kinds }: Profile): string {
	const percent = (part: number) => `${(100 * part).toFixed(part < 0.1 ? 1 : 0)} %`;
	const title = frozen ? 'Batch norm frozen' : 'All layers';
	const step = `${formatNumber(milliseconds)} ms, ${formatCount(Math.round(calls))} ops`;
	const rate = `${formatNumber(gflops)} GFLOP/s over all, ${percent(ofLimit)} of the limit`;
	const lines = kinds.map((kind) => [
		kind.op,
		kind.calls > 0 ? formatCount(Math.round(kind.calls)) : '',
		formatNumber(kind.milliseconds),
		percent(kind.share),
		kind.gflops ? `${formatNumber(kind.gflops)} GFLOP/s` : kind.gigabytes ? `${formatNumber(kind.gigabytes)} GB/s` : '',
		kind.ofLimit ? percent(kind.ofLimit) : '',
	]);
	const names = ['op', 'calls', 'ms', 'of the step', 'rate', 'of the limit'];
	return `### ${title}: ${step}; ${rate}\n\n${table(names, lines, 1)}`;
}

function limitTable({ limits }: Results): string {
	const lines = Object.entries(limits).map(([name, limit]) => {
		const [kind, size] = name.split(' ');
		const what = kind === 'matrixProduct' ? `matrix product, ${size} x ${size}, float32` : 'sum of two long vectors';
		return [what, `${formatNumber(limit.median)} ${range(limit)} ${limit.unit}`];
	});
	return table(['limit', 'measured'], lines, 1);
}

function machineText({ machine, versions, date, repetitions }: Results): string {
	const { cpu, cores, memoryGiB, system, load } = machine;
	const computer = `${date}, ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}; load before the run ${load}.`;
	const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
	return `${computer}\n${software.join(', ')}. ${repetitions} repetitions.`;
}

/** Writes results between the marks of docs/benchmarks.md; everything else stays as it is. */
export function fillPage(page: string, results: Results): string {
	const parts = {
		machine: machineText(results),
		rows: rowTables(results.rows),
		limits: limitTable(results),
		profile: results.profile.map(profileTable).join('\n\n'),
	};
	return fillMarks(page, { file: 'docs/benchmarks.md', group: 'bench', parts });
}
