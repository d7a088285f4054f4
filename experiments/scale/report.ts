import type { describeMachine } from '../../bench/machine';
import type { Spread } from '../../bench/statistics';
import { tableOf } from '../../cli/markdown';
import { formatCount, formatSeconds } from '../../lib/format';
import type { Comparison } from './compareTables';

/** When and where something was measured, and on how many photos. */
export interface Conditions {
	readonly date: string;
	readonly machine: ReturnType<typeof describeMachine>;
	readonly node: string;
	readonly photos: number;
}

/** How fast photos are read. */
export interface Speed {
	/** What one photo takes: the start of all programs, and their end. */
	readonly startSeconds: number;
	readonly seconds: Spread;
	/** Photos per second, without the start. */
	readonly rate: Spread;
	/** Peak memory of the program, and of its largest worker, where the system reports it. */
	readonly bytes?: number;
	readonly workerBytes?: number;
	/** Cores that were kept busy, as a mean over the run. */
	readonly busyCores?: number;
}

/** One process beside one worker for each core of the same machine. */
export interface ScaleComparison extends Conditions {
	readonly repetitions: number;
	readonly workers: number;
	readonly one: Speed;
	readonly ray: Speed;
	/** Of the rates, and of the whole commands. */
	readonly gain: Spread;
	readonly wholeGain: Spread;
	readonly tables: Comparison;
}

/** Many photos with one worker for each core, and the rows per second where the workers read nothing. */
export interface ScaleSize extends Conditions {
	readonly workers: number;
	/** Photos that could not be read, as drawn. */
	readonly broken: number;
	readonly ray: Speed;
	readonly rowsPerSecond: number;
}

/** Content of docs/results/scale.json. */
export interface ScaleReport {
	readonly comparison?: ScaleComparison;
	readonly size?: ScaleSize;
}

const GOAL = 1.6;
const MILLION = 1e6;
const NODES = [1, 8, 64];

const rateOf = ({ median }: Spread) => `${median.toFixed(1)} photos/s`;
const rangeOf = ({ median, min, max }: Spread) => `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`;
const megabytes = (bytes: number | undefined) =>
	bytes === undefined ? '' : `${formatCount(Math.round(bytes / 1e6))} MB`;
const conditions = ({ date, machine, node }: Conditions) =>
	`${date}, ${machine.cores} cores of ${machine.cpu}, Node ${node.replace('v', '')}`;

/** Makes the parts of docs/scale.md that are measured. */
export function scaleParts({ comparison, size }: ScaleReport): Record<string, string> {
	return {
		...(comparison && { comparison: comparisonText(comparison) }),
		...(size && { size: sizeText(size) }),
	};
}

function comparisonText(comparison: ScaleComparison): string {
	const { photos, repetitions, workers, one, ray, gain, wholeGain, tables } = comparison;
	const sides = [
		{ name: 'one process', count: 1, ...one },
		{ name: '`--on local`', count: workers, ...ray },
	];
	const rows = tableOf(sides, 1, {
		'': ({ name }) => name,
		processes: ({ count }) => String(count),
		start: ({ startSeconds }) => formatSeconds(startSeconds),
		'after it': ({ rate }) => rateOf(rate),
		[`${formatCount(photos)} photos`]: ({ seconds }) => formatSeconds(seconds.median),
		'peak memory of the program': ({ bytes }) => megabytes(bytes),
		'of a worker': ({ workerBytes }) => megabytes(workerBytes),
	});
	const reached = gain.median >= GOAL ? 'which reaches' : 'which misses';
	const gains = `The workers are ${rangeOf(gain)} times as fast once they run, ${reached} the goal of ${GOAL}, and ${rangeOf(wholeGain)} times over the whole command`;
	const busy =
		one.busyCores && ray.busyCores
			? ` One process by itself keeps ${one.busyCores.toFixed(2)} of the ${comparison.machine.cores} cores busy, the workers ${ray.busyCores.toFixed(2)}.`
			: '';
	const { differing, largestDifference } = tables;
	const equal =
		differing === 0
			? 'the same to the last digit'
			: `the same but for ${formatCount(differing)}, which differ by at most ${largestDifference.toPrecision(1)}`;
	const how = `${conditions(comparison)}; medians of ${repetitions} runs in turns, with their range`;
	return `${rows}\n\n${gains}.${busy} Both tables have the same ${formatCount(tables.rows)} rows in the same order, ${equal}. ${how}.`;
}

function sizeText(size: ScaleSize): string {
	const { photos, workers, broken, ray, rowsPerSecond } = size;
	const { median: rate } = ray.rate;
	const read = `${formatCount(photos)} photos took ${formatSeconds(ray.seconds.median)} with ${workers} workers (${rateOf(ray.rate)}); ${formatCount(broken)} of them cannot be read and have a row with the reason`;
	const memory =
		ray.bytes === undefined
			? ''
			: ` The program needed ${megabytes(ray.bytes)} of memory, the largest worker ${megabytes(ray.workerBytes)}.`;
	const limit = `With workers that read nothing, Ray and the program pass on and write ${formatCount(Math.round(rowsPerSecond))} rows a second on this machine, which they share with the workers.`;
	const lines = NODES.map((nodes) => ({
		nodes,
		speed: Math.min(nodes * rate, rowsPerSecond),
		isLimit: nodes * rate > rowsPerSecond,
	}));
	const table = tableOf(lines, 1, {
		'machines like this one': ({ nodes }) => (nodes === 1 ? '1, measured' : `${nodes}, on paper`),
		'photos/s': ({ speed, isLimit }) => `${formatCount(Math.round(speed))}${isLimit ? ', the limit of the rows' : ''}`,
		'a million photos': ({ speed }) => formatSeconds(MILLION / speed),
		'hours of machines for a million': ({ nodes, speed }) => ((nodes * MILLION) / speed / 3600).toFixed(0),
	});
	return `${read}.${memory} ${limit}\n\n${table}\n\n${conditions(size)}.`;
}
