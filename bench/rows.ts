import type { Measured } from './harness';
import { median, pairedRatios, type Spread, spreadOf } from './statistics';
import type { Options } from './workers/protocol';

/** The units of figures: which way is better, and how many of the workers' units make one. */
const UNITS = {
	'images/s': { better: 'higher', divisor: 1 },
	'faces/s': { better: 'higher', divisor: 1 },
	'Mpixel/s': { better: 'higher', divisor: 1e6 },
	s: { better: 'lower', divisor: 1 },
	ms: { better: 'lower', divisor: 1 },
	MB: { better: 'lower', divisor: 1e6 },
	GB: { better: 'lower', divisor: 1e9 },
	tensors: { better: 'lower', divisor: 1 },
} as const;

/** A side of a comparison. */
export type Side =
	| 'ours'
	| 'keras'
	| 'stock'
	| 'torch'
	| 'torchHalf'
	| 'onnx'
	| 'pandas'
	| 'pandasSplit'
	| 'small'
	| 'memory';

/** A row of the tables. */
export interface RowPlan {
	readonly what: string;
	readonly peer: string;
	/** The side that ours is compared with; `ours` to compare it with another figure of its own. */
	readonly side: Side;
	/** Theirs is the same by default. */
	readonly figure: string;
	readonly theirFigure?: string;
	readonly unit: keyof typeof UNITS;
	/** How many times the work of the other side ours did, which multiplies the ratio. Default 1. */
	readonly factor?: number;
	/** The smallest ratio that is aimed at. */
	readonly goal?: number;
}

/** A worker: its file in workers/ or python/, and its options. */
export type Task = { readonly file: string; readonly options: Partial<Options> };

/** Workers that are measured in turns, and the rows that they fill. */
export interface Group {
	readonly name: string;
	/** The table of its rows. */
	readonly section: string;
	readonly workers: { readonly ours: Task } & { readonly [side in Side]?: Task };
	readonly rows: readonly RowPlan[];
	/** Whether each repetition starts new processes. Default false. */
	readonly fresh?: boolean;
	/** At most this many repetitions. Default: no limit. */
	readonly repetitions?: number;
}

/** A comparison, as stored in docs/results/bench.json. */
export interface Row extends Pick<RowPlan, 'what' | 'peer'>, Pick<Group, 'section'> {
	/** Median over the repetitions, in `unit`. */
	readonly ours: number | null;
	readonly theirs: number | null;
	readonly goal: number | null;
	readonly unit: string;
	/** How many times better ours is, within each repetition. */
	readonly ratio: Spread | null;
	/** Why there is no ratio. */
	readonly note?: string;
}

const isComplete = (values: readonly number[]) => values.length > 0 && values.every(Number.isFinite);

/** Makes the rows of a group; `missing` has the peers that are not installed, with the reason. */
export function makeRows(
	{ section, rows }: Pick<Group, 'section' | 'rows'>,
	measured: Readonly<Record<string, Measured>>,
	missing: Readonly<Record<string, string>>,
): Row[] {
	return rows.map(({ what, peer, side, figure, theirFigure = figure, unit, factor = 1, goal = null }) => {
		const { better, divisor } = UNITS[unit];
		const valuesOf = (name: string, wanted: string) =>
			measured[name]?.answers.map(({ figures }) => figures[wanted]) ?? [];
		const [ours, theirs] = [valuesOf('ours', figure), valuesOf(side, theirFigure)];
		const inUnit = (values: readonly number[]) => (isComplete(values) ? median(values) / divisor : null);
		const common = { section, what, peer, ours: inUnit(ours), theirs: inUnit(theirs), goal, unit };
		if (isComplete(ours) && isComplete(theirs) && ours.length === theirs.length) {
			return { ...common, ratio: spreadOf(pairedRatios(ours, theirs, better).map((ratio) => factor * ratio)) };
		}
		const fault = measured.ours?.fault ?? missing[side] ?? measured[side]?.fault ?? 'not measured on this system';
		return { ...common, ratio: null, note: fault };
	});
}
