/**
 * The protocol between harness and workers. A worker loads, warms up and sends its `Info`. It then runs one repetition for
 * each line on its standard input and sends what it measured. Messages are lines of JSON after `MARK`.
 */
import { readFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Sizes } from '../sizes';

/** Distinguishes messages from other output, such as that of libraries. */
export const MARK = 'bench ';

/** The options of all workers, of which each uses some. */
export interface Options extends Readonly<Sizes>, Readonly<Sizes['head']> {
	readonly task: 'train' | 'head' | 'predict' | 'augment';
	readonly network: string;
	/** Whether batch normalization is frozen. */
	readonly frozen: boolean;
	/** Training steps before the first repetition. */
	readonly warmUp: number;
	readonly mixupAlpha: number;
	/** Whether the pixels of the data set are in a file. */
	readonly inFile: boolean;
	/** Whether PyTorch computes in bfloat16 where that is safe (autocast). */
	readonly autocast: boolean;
	readonly file: string;
	/** Whether pandas reads by `str.split`. */
	readonly split: boolean;
	/** In ascending order, so that peak memory is that of the last shape. */
	readonly shapes: readonly { readonly batchSize: number; readonly imageSize: number }[];
	readonly minSteps: number;
	/** Steps after which tensors are counted, and memory is read. */
	readonly counts: readonly number[];
	readonly early: readonly number[];
	readonly late: readonly number[];
}

/** What a worker sends when it is ready. */
export interface Info {
	readonly versions: Readonly<Record<string, string>>;
	/** Number of weights, which must be that of ours; none if the worker reads the file that ours has written. */
	readonly parameters?: number;
}

/** What a worker measured in one repetition. */
export interface Answer {
	readonly figures: Readonly<Record<string, number>>;
	/** Repeated measurements of a figure; the harness derives the figures P50 and P99 from them. */
	readonly samples?: Readonly<Record<string, readonly number[]>>;
	readonly profile?: readonly StepProfile[];
}

/** The time that ops take in training steps. */
export interface StepProfile {
	readonly frozen: boolean;
	readonly steps: number;
	readonly stepMilliseconds: number;
	readonly ops: readonly OpTime[];
}

/** The time of all calls of an op, by TensorFlow's name. */
export interface OpTime {
	readonly op: string;
	readonly calls: number;
	readonly milliseconds: number;
	/** Multiplications and additions of matrix products and convolutions; 0 for other ops. */
	readonly flops: number;
	/** Size of its inputs and outputs. */
	readonly bytes: number;
}

function send(value: Info | Answer | Answer[]): void {
	// Not console.log: the message must be out before the next repetition starts.
	writeSync(1, `${MARK}${JSON.stringify(value)}\n`);
}

/**
 * Runs a worker, with its options as JSON on the command line.
 * @param prepare Loads and warms up. Several answers count as several repetitions.
 */
export async function serve(
	prepare: (options: Options) => Promise<{ info: Info; repeat(): Promise<Answer | Answer[]> }>,
): Promise<void> {
	const { info, repeat } = await prepare(JSON.parse(process.argv[2]));
	send(info);
	for await (const _ of createInterface({ input: process.stdin })) send(await repeat());
	process.exit(0);
}

/** Measures how long work takes, in seconds. */
export async function secondsOf(work: () => unknown): Promise<number> {
	const start = performance.now();
	await work();
	return (performance.now() - start) / 1000;
}

/** Reads the peak memory of a process in bytes; undefined where the system does not report it (not Linux). */
export function peakBytes(pid: number | 'self' | undefined): number | undefined {
	try {
		const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
		return kilobytes ? Number(kilobytes) * 1024 : undefined;
	} catch {
		return undefined;
	}
}
