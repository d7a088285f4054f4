import { LABELLINGS, labelOfClass } from '../../emotions';
import { invalidArgument } from '../../errors';

/** The classes people could vote for in FER+: eight emotions, `unknown` and `NF` (no face). */
export const VOTE_CLASSES: readonly string[] = LABELLINGS.ferPlus.classes.map(([name]) => name);
const LABELS = LABELLINGS.ferPlus.classes.map(labelOfClass);
const CLASSES = VOTE_CLASSES.length;

/** Why a row has no label, by the class that won the vote. */
const REASONS = { contempt: 'contempt', unknown: 'unknown', NF: 'no face' } as const;

/** Labels computed from votes. */
export interface FerPlusLabels {
	/** `[kept]`: the rows that have a label, in ascending order. */
	readonly rows: Uint32Array;
	/** `[kept]`: their labels, as indices into `EMOTIONS`. */
	readonly labels: Uint8Array;
	/** Number of rows left out, by reason. */
	readonly dropped: Readonly<Record<(typeof REASONS)[keyof typeof REASONS] | 'no agreement', number>>;
}

/**
 * Computes majority labels from FER+ votes as Barsoum et al. 2016 (arXiv:1608.01041) do.
 *
 * A class with a single vote is an outlier and loses it. The class with more than half of the remaining votes is the
 * label. Rows without such a class are dropped, and so are those labelled contempt, unknown or no face.
 * @param votes `[rows, 10]`, in the order of the columns of fer2013new.csv.
 * @throws {RangeError} If the length of `votes` is not a multiple of 10.
 */
export function ferPlusLabels(votes: Uint8Array): FerPlusLabels {
	if (votes.length % CLASSES !== 0) throw invalidArgument('votes', 'rows of 10 votes', `${votes.length} values`);
	const [rows, labels]: [number[], number[]] = [[], []];
	const dropped = { 'no face': 0, unknown: 0, 'no agreement': 0, contempt: 0 };
	for (let row = 0; row < votes.length / CLASSES; row++) {
		const left = votes.subarray(row * CLASSES, (row + 1) * CLASSES).map((vote) => (vote > 1 ? vote : 0));
		const total = left.reduce((sum, vote) => sum + vote, 0);
		const winner = left.findIndex((vote) => vote > total / 2);
		const label = LABELS[winner];
		if (winner < 0) dropped['no agreement']++;
		else if (label === undefined) dropped[REASONS[VOTE_CLASSES[winner] as keyof typeof REASONS]]++;
		else {
			rows.push(row);
			labels.push(label);
		}
	}
	return { rows: Uint32Array.from(rows), labels: Uint8Array.from(labels), dropped };
}
