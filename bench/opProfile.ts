import { median, type Spread, spreadOf } from './statistics';
import type { Answer, OpTime, StepProfile } from './workers/protocol';

/** A limit of the machine. */
export interface Limit extends Spread {
	readonly unit: string;
}

/** A kind of op in a training step. */
interface Kind {
	readonly op: string;
	readonly calls: number;
	readonly milliseconds: number;
	/** Fraction of the time of the step. */
	readonly share: number;
	/** Billions of multiplications and additions per second, of matrix products and convolutions. */
	readonly gflops?: number;
	/** Billions of bytes of inputs and outputs per second, of other ops. */
	readonly gigabytes?: number;
	/** That rate as a fraction of the machine's limit. */
	readonly ofLimit?: number;
}

/** A training step by kind of op. */
export interface Profile {
	readonly frozen: boolean;
	readonly milliseconds: number;
	readonly calls: number;
	/** Over the whole step. */
	readonly gflops: number;
	readonly ofLimit: number;
	/** The slowest first. */
	readonly kinds: readonly Kind[];
}

/** Kinds with a smaller share are summed up. */
const LEAST_SHARE = 0.005;
const OTHERS = 'all other ops';
const BETWEEN = 'between the ops (JavaScript)';

/** Summarizes the limits of the machine over the repetitions. */
export function summarizeLimits(answers: readonly Answer[]): Record<string, Limit> {
	const names = Object.keys(answers[0]?.figures ?? {}).filter((name) => name !== 'peakBytes');
	const limitOf = (name: string): Limit => ({
		unit: name === 'vectorSum' ? 'GB/s' : 'GFLOP/s',
		...spreadOf(answers.map(({ figures }) => figures[name])),
	});
	return Object.fromEntries(names.map((name) => [name, limitOf(name)]));
}

/** Summarizes profiles by the median of each op over the repetitions, beside the limits. */
export function summarizeProfiles(answers: readonly Answer[], limits: Readonly<Record<string, Limit>>): Profile[] {
	const highest = (unit: string) =>
		Math.max(...Object.values(limits).flatMap((limit) => (limit.unit === unit ? [limit.median] : [])));
	const limit = { gflops: highest('GFLOP/s'), gigabytes: highest('GB/s') };
	const repetitions = answers.map(({ profile = [] }) => profile);
	return (repetitions[0] ?? []).map((_, index) =>
		summarize(
			repetitions.map((profiles) => profiles[index]),
			limit,
		),
	);
}

function summarize(repetitions: readonly StepProfile[], limit: { gflops: number; gigabytes: number }): Profile {
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
	const all = sum('', ops);
	const gflops = all.flops / milliseconds / 1e6;
	const kinds = [...ops.filter(isLarge), sum(OTHERS, others)].map((op) => kindOf(op, milliseconds, limit));
	const rest = milliseconds - all.milliseconds;
	const between = { op: BETWEEN, calls: 0, milliseconds: rest, share: rest / milliseconds };
	return { frozen, milliseconds, calls: all.calls, gflops, ofLimit: gflops / limit.gflops, kinds: [...kinds, between] };
}

function sum(op: string, ops: readonly OpTime[]): OpTime {
	const total = (field: Exclude<keyof OpTime, 'op'>) => ops.reduce((value, each) => value + each[field], 0);
	const [calls, milliseconds] = [total('calls'), total('milliseconds')];
	return { op, calls, milliseconds, flops: total('flops'), bytes: total('bytes') };
}

function kindOf(
	{ op, calls, milliseconds, flops, bytes }: OpTime,
	stepMilliseconds: number,
	limit: { gflops: number; gigabytes: number },
): Kind {
	const kind = { op, calls, milliseconds, share: milliseconds / stepMilliseconds };
	const [gflops, gigabytes] = [flops, bytes].map((amount) => amount / milliseconds / 1e6);
	if (flops > 0) return { ...kind, gflops, ofLimit: gflops / limit.gflops };
	return bytes > 0 ? { ...kind, gigabytes, ofLimit: gigabytes / limit.gigabytes } : kind;
}
