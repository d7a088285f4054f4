// @ts-check
import { median, spreadOf } from './statistics.mjs';

/**
 * @typedef {import('./workers/profile.mjs').OpTime} OpTime
 * @typedef {import('./statistics.mjs').Spread} Spread
 *
 * @typedef {{unit: string} & Spread} Limit
 *
 * @typedef {object} Kind One kind of op in a step.
 * @property {string} op
 * @property {number} calls
 * @property {number} milliseconds
 * @property {number} share Of the step's time.
 * @property {number} [gflops] Billions of multiplications and additions a second, where the op is a product of them.
 * @property {number} [gigabytes] Billions of bytes a second that its inputs and outputs hold, of the others.
 * @property {number} [ofLimit] That rate as a part of the machine's limit.
 *
 * @typedef {object} Profile
 * @property {boolean} frozen
 * @property {number} milliseconds Of a step.
 * @property {number} calls Of ops in a step.
 * @property {number} gflops Over the whole step.
 * @property {number} ofLimit The same as a part of the machine's limit.
 * @property {Kind[]} kinds The longest first.
 *
 * @typedef {{frozen: boolean, steps: number, stepMilliseconds: number, ops: OpTime[]}} Measured What a repetition gives.
 */

/** Kinds that take less of a step than this are told together. */
const LEAST_SHARE = 0.005;
const OTHERS = 'all other ops';
const BETWEEN = 'between the ops (JavaScript)';

/**
 * Sums up the limits that a run measured.
 * @param {readonly import('./harness.mjs').Answer[]} answers
 * @returns {Record<string, Limit>}
 */
export function summarizeLimits(answers) {
	return Object.fromEntries(
		Object.keys(answers[0]?.figures ?? {})
			.filter((name) => name !== 'peakBytes')
			.map((name) => {
				const unit = name === 'vectorSum' ? 'GB/s' : 'GFLOP/s';
				return [name, { unit, ...spreadOf(answers.map(({ figures }) => figures[name])) }];
			}),
	);
}

/**
 * Sums up the profiles of a run: each op's median over the repetitions, and how near to the limits it comes.
 * @param {readonly import('./harness.mjs').Answer[]} answers
 * @param {Readonly<Record<string, Limit>>} limits
 * @returns {Profile[]}
 */
export function summarizeProfiles(answers, limits) {
	/** @param {string} unit */
	const highest = (unit) =>
		Math.max(...Object.values(limits).flatMap((limit) => (limit.unit === unit ? [limit.median] : [])));
	const repetitions = answers.map(({ profile }) => /** @type {Measured[]} */ (profile));
	return (repetitions[0] ?? []).map(({ frozen }, index) => {
		const same = repetitions.map((profiles) => profiles[index]);
		return summarize(frozen, same, { gflops: highest('GFLOP/s'), gigabytes: highest('GB/s') });
	});
}

/**
 * @param {boolean} frozen
 * @param {readonly Measured[]} repetitions
 * @param {{gflops: number, gigabytes: number}} limit
 * @returns {Profile}
 */
function summarize(frozen, repetitions, limit) {
	const milliseconds = median(repetitions.map(({ stepMilliseconds }) => stepMilliseconds));
	const { steps } = repetitions[0];
	const ops = repetitions[0].ops.map(({ op, calls, flops, bytes }) => {
		const times = repetitions.map((each) => each.ops.find((other) => other.op === op)?.milliseconds ?? 0);
		return {
			op,
			calls: calls / steps,
			flops: flops / steps,
			bytes: bytes / steps,
			milliseconds: median(times) / steps,
		};
	});
	ops.sort((a, b) => b.milliseconds - a.milliseconds);
	const isLarge = (/** @type {OpTime} */ op) => op.milliseconds >= LEAST_SHARE * milliseconds;
	const small = sum(
		OTHERS,
		ops.filter((op) => !isLarge(op)),
	);
	const all = sum('', ops);
	const gflops = all.flops / milliseconds / 1e6;
	const rest = { op: BETWEEN, calls: 0, milliseconds: milliseconds - all.milliseconds, flops: 0, bytes: 0 };
	const kinds = [...ops.filter(isLarge), small].map((op) => kindOf(op, milliseconds, limit));
	return {
		frozen,
		milliseconds,
		calls: all.calls,
		gflops,
		ofLimit: gflops / limit.gflops,
		kinds: [
			...kinds,
			{ op: rest.op, calls: 0, milliseconds: rest.milliseconds, share: rest.milliseconds / milliseconds },
		],
	};
}

/** @param {string} op @param {readonly OpTime[]} ops @returns {OpTime} */
function sum(op, ops) {
	/** @param {'calls' | 'milliseconds' | 'flops' | 'bytes'} field */
	const total = (field) => ops.reduce((value, each) => value + each[field], 0);
	return {
		op,
		calls: total('calls'),
		milliseconds: total('milliseconds'),
		flops: total('flops'),
		bytes: total('bytes'),
	};
}

/**
 * @param {OpTime} time Of one step.
 * @param {number} stepMilliseconds
 * @param {{gflops: number, gigabytes: number}} limit
 * @returns {Kind}
 */
function kindOf({ op, calls, milliseconds, flops, bytes }, stepMilliseconds, limit) {
	const kind = { op, calls, milliseconds, share: milliseconds / stepMilliseconds };
	const [gflops, gigabytes] = [flops, bytes].map((amount) => amount / milliseconds / 1e6);
	if (flops > 0) return { ...kind, gflops, ofLimit: gflops / limit.gflops };
	return bytes > 0 ? { ...kind, gigabytes, ofLimit: gigabytes / limit.gigabytes } : kind;
}
