import { median, type Spread, spreadOf } from './statistics';
import type { Answer, OpTime, StepProfile } from './workers/protocol';

/** A limit of the machine. */
export type Limit = Spread & { readonly unit: string };

/** A kind of op in a training step, or what is between the ops. */
interface Kind extends Pick<OpTime, 'op' | 'calls' | 'milliseconds'> {
	/** Fraction of the time of the step. */
	readonly share: number;
	/** Per second: flops of matrix products and convolutions, bytes of inputs and outputs of other ops. */
	readonly gflops?: number;
	readonly gigabytes?: number;
	/** That rate as a fraction of the machine's limit. */
	readonly ofLimit?: number;
}

/** A training step by kind of op, the slowest first; its rate is over the whole step. */
export type Profile = ReturnType<typeof summarize>;

/** Kinds with a smaller share are summed up. */
const LEAST_SHARE = 0.005;

/** Summarizes the limits of the machine over the repetitions. */
export function summarizeLimits(answers: readonly Answer[]): Record<string, Limit> {
	const names = Object.keys(answers[0]?.figures ?? {}).filter((name) => name !== 'peakBytes');
	const unitOf = (name: string) => (name === 'vectorSum' ? 'GB/s' : 'GFLOP/s');
	const rangeOf = (name: string) => spreadOf(answers.map(({ figures }) => figures[name]));
	return Object.fromEntries(names.map((name) => [name, { unit: unitOf(name), ...rangeOf(name) }]));
}

/** Summarizes profiles by the median of each op over the repetitions, beside the limits. */
export function summarizeProfiles(answers: readonly Answer[], limits: Readonly<Record<string, Limit>>): Profile[] {
	const highest = (unit: string) =>
		Math.max(...Object.values(limits).flatMap((limit) => (limit.unit === unit ? [limit.median] : [])));
	const limit = { gflops: highest('GFLOP/s'), gigabytes: highest('GB/s') };
	const repetitions = answers.map(({ profile = [] }) => profile);
	return (repetitions[0] ?? []).map((_, index) => {
		const profiles = repetitions.map((each) => each[index]);
		return summarize(profiles, limit);
	});
}

function summarize(repetitions: readonly StepProfile[], limit: { gflops: number; gigabytes: number }) {
	const milliseconds = median(repetitions.map(({ stepMilliseconds }) => stepMilliseconds));
	const { frozen, steps } = repetitions[0];
	const ops = repetitions[0].ops.map(({ op, calls, flops, bytes }): OpTime => {
		const times = repetitions.map((each) => each.ops.find((other) => other.op === op)?.milliseconds ?? 0);
		const perStep = { calls: calls / steps, flops: flops / steps, bytes: bytes / steps };
		return { op, ...perStep, milliseconds: median(times) / steps };
	});
	ops.sort((a, b) => b.milliseconds - a.milliseconds);
	const isLarge = (op: OpTime) => op.milliseconds >= LEAST_SHARE * milliseconds;
	const others = ops.filter((op) => !isLarge(op));
	const kindOf = (each: OpTime): Kind => {
		const { op, calls, flops, bytes } = each;
		const kind = { op, calls, milliseconds: each.milliseconds, share: each.milliseconds / milliseconds };
		const [gflops, gigabytes] = [flops, bytes].map((amount) => amount / each.milliseconds / 1e6);
		if (flops > 0) return { ...kind, gflops, ofLimit: gflops / limit.gflops };
		return bytes > 0 ? { ...kind, gigabytes, ofLimit: gigabytes / limit.gigabytes } : kind;
	};
	const all = sum('', ops);
	const gflops = all.flops / milliseconds / 1e6;
	const between = { ...sum('between the ops (JavaScript)', []), milliseconds: milliseconds - all.milliseconds };
	const kinds = [...ops.filter(isLarge), sum('all other ops', others), between].map(kindOf);
	return { frozen, milliseconds, calls: all.calls, gflops, ofLimit: gflops / limit.gflops, kinds };
}

function sum(op: string, ops: readonly OpTime[]): OpTime {
	const total = (field: Exclude<keyof OpTime, 'op'>) => ops.reduce((value, each) => value + each[field], 0);
	const [calls, milliseconds] = [total('calls'), total('milliseconds')];
	return { op, calls, milliseconds, flops: total('flops'), bytes: total('bytes') };
}
