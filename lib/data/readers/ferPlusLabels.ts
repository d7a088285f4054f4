import { EMOTIONS, LABELLINGS, labelOfClass } from '../../emotions';
import { invalidArgument } from '../../errors';

/** Votes that FER+ counts for each image: eight emotions, `unknown` and `NF` (no face). */
export const VOTE_CLASSES: readonly string[] = LABELLINGS.ferPlus.classes.map(([name]) => name);
/** Where the classes stand that are no emotion. */
const UNKNOWN = VOTE_CLASSES.indexOf('unknown');
const OURS = LABELLINGS.ferPlus.classes.map(labelOfClass);
const CLASSES = VOTE_CLASSES.length;

/** How votes become labels. */
export type FerPlusMode = 'majority' | 'soft';

/** Labels made of the votes. */
export interface FerPlusLabels {
	/** `[kept]`: the rows that remain, in ascending order. */
	readonly rows: Uint32Array;
	/** `[kept]`: our label, the emotion with most votes; of equal ones the first in FER+'s order. */
	readonly labels: Uint8Array;
	/** `[kept, 7]`: the distribution over our emotions, each row with sum 1; one-hot for `majority`. */
	readonly targets: Float32Array;
	/** Rows left out, by why. */
	readonly dropped: Readonly<Record<'no face' | 'unknown' | 'no agreement' | 'contempt', number>>;
	/** Rows that remain although some of their votes, now taken away, were for contempt. */
	readonly contemptShares: number;
}

/**
 * Makes labels of FER+'s votes by the rules of Barsoum et al. 2016 (arXiv:1608.01041), as their code has them.
 *
 * In both modes a class with a single vote is an outlier and loses it. `majority` takes the class with more than half of
 * the votes left. `soft` (their cross-entropy training) takes the classes with most votes, those of equal votes
 * together, until they have three quarters of the votes or are three; unknown and NF end this, and count only if no
 * emotion stands before them. If what was taken is half of the votes or less, or more than three classes, there is
 * no agreement. What is left is divided by its sum. Rows without agreement, and rows whose first class is unknown or
 * NF, are dropped. So are rows whose first class is contempt, which our seven emotions lack; where it is a smaller
 * share, it is taken away and the rest divided by its sum anew.
 * @param votes `[rows, 10]`, in the order of the columns of fer2013new.csv.
 * @throws {RangeError} If `votes` is no whole number of rows, or the mode is unknown.
 */
export function ferPlusLabels(votes: Uint8Array, mode: FerPlusMode): FerPlusLabels {
	if (mode !== 'majority' && mode !== 'soft') throw invalidArgument('mode', "'majority' or 'soft'", mode);
	if (votes.length % CLASSES !== 0) throw invalidArgument('votes', 'rows of 10 votes', `${votes.length} values`);
	const [rows, labels, targets]: [number[], number[], number[]] = [[], [], []];
	const dropped = { 'no face': 0, unknown: 0, 'no agreement': 0, contempt: 0 };
	let contemptShares = 0;
	for (let row = 0; row < votes.length / CLASSES; row++) {
		const left = Array.from(votes.subarray(row * CLASSES, (row + 1) * CLASSES), (vote) => (vote > 1 ? vote : 0));
		const shares = mode === 'majority' ? majority(left) : severalClasses(left);
		const first = shares ? shares.indexOf(Math.max(...shares)) : -1;
		const label = OURS[first];
		if (!shares) dropped['no agreement']++;
		else if (label === undefined) dropped[reasonOf(first)]++;
		else {
			const own = distribution(shares);
			if (own.contempt) contemptShares++;
			rows.push(row);
			labels.push(label);
			targets.push(...own.target);
		}
	}
	return {
		rows: Uint32Array.from(rows),
		labels: Uint8Array.from(labels),
		targets: Float32Array.from(targets),
		dropped,
		contemptShares,
	};
}

function reasonOf(place: number): 'no face' | 'unknown' | 'contempt' {
	if (place < UNKNOWN) return 'contempt';
	return place === UNKNOWN ? 'unknown' : 'no face';
}

/** The class with more than half of the votes, alone; undefined where there is none. */
function majority(votes: readonly number[]): number[] | undefined {
	const most = Math.max(...votes);
	if (most <= 0.5 * sum(votes)) return undefined;
	return votes.map((vote) => (vote === most ? vote : 0));
}

/** The votes of the classes that `soft` takes; undefined where there is no agreement. */
function severalClasses(votes: readonly number[]): number[] | undefined {
	const all = sum(votes);
	const left = [...votes];
	const taken = votes.map(() => 0);
	let [count, seen, goOn] = [0, 0, true];
	while (seen < 0.75 * all && count < 3 && goOn) {
		const most = Math.max(...left);
		for (let place = 0; place < CLASSES && goOn; place++) {
			if (left[place] !== most) continue;
			left[place] = 0;
			seen += most;
			if (place >= UNKNOWN) {
				goOn = false;
				if (count > 0) continue;
			}
			taken[place] = most;
			count++;
		}
	}
	return sum(taken) <= 0.5 * all || count > 3 ? undefined : taken;
}

/** Brings shares of FER+'s classes to our order, without contempt, and to the sum 1. */
function distribution(shares: readonly number[]): { target: number[]; contempt: boolean } {
	const target = EMOTIONS.map(() => 0);
	let contempt = false;
	for (const [place, share] of shares.entries()) {
		const label = OURS[place];
		if (label !== undefined) target[label] = share;
		else if (share > 0) contempt = true;
	}
	const all = sum(target);
	return { target: target.map((share) => share / all), contempt };
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
