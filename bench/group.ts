import type { Options } from './workers/protocol';

/** A side of a comparison. */
export type Side = 'ours' | 'keras' | 'stock' | 'torch' | 'pandas' | 'pandasSplit';

/** A worker: its file in workers/ or python/, and its options. */
export interface Task {
	readonly file: string;
	readonly options: Partial<Options>;
}

/** A row of the tables. */
export interface RowPlan {
	readonly what: string;
	/** The peer, for the reader. */
	readonly peer: string;
	/** The side that ours is compared with; `ours` to compare it with another figure of its own. */
	readonly side: Side;
	readonly figure: string;
	/** Default: the same. */
	readonly theirFigure?: string;
	readonly better: 'higher' | 'lower';
	readonly unit: string;
	/** Converts the figure to the unit. Default 1. */
	readonly divisor?: number;
	/** How many times the work of the other side ours did, which multiplies the ratio. Default 1. */
	readonly factor?: number;
	/** The smallest ratio that is aimed at. */
	readonly goal?: number;
}

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
