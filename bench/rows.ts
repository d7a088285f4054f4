import type { Group } from './group';
import type { Measured } from './harness';
import { median, pairedRatios, type Spread, spreadOf } from './statistics';

/** A comparison, as stored in docs/results/bench.json. */
export interface Row {
	readonly section: string;
	readonly what: string;
	readonly peer: string;
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

/**
 * Makes the rows of a group.
 * @param missing The peers that are not installed, with the reason.
 */
export function makeRows(
	{ section, rows }: Pick<Group, 'section' | 'rows'>,
	measured: Readonly<Record<string, Measured>>,
	missing: Readonly<Record<string, string>>,
): Row[] {
	return rows.map(({ what, peer, side, figure, theirFigure = figure, better, unit, divisor = 1, factor = 1, goal }) => {
		const valuesOf = (name: string, wanted: string) =>
			measured[name]?.answers.map(({ figures }) => figures[wanted]) ?? [];
		const [ours, theirs] = [valuesOf('ours', figure), valuesOf(side, theirFigure)];
		const inUnit = (values: readonly number[]) => (isComplete(values) ? median(values) / divisor : null);
		const common = { section, what, peer, ours: inUnit(ours), theirs: inUnit(theirs), goal: goal ?? null, unit };
		if (isComplete(ours) && isComplete(theirs) && ours.length === theirs.length) {
			return { ...common, ratio: spreadOf(pairedRatios(ours, theirs, better).map((ratio) => factor * ratio)) };
		}
		const fault = measured.ours?.fault ?? missing[side] ?? measured[side]?.fault ?? 'not measured on this system';
		return { ...common, ratio: null, note: fault };
	});
}

function isComplete(values: readonly (number | undefined)[]): boolean {
	return values.length > 0 && values.every((value) => value !== undefined && Number.isFinite(value));
}
