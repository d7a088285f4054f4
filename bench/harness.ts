import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { nearestRank } from './statistics';
import { type Answer, type Info, MARK, peakBytes } from './workers/protocol';

const LIMIT_MINUTES = 10;

/** How a worker is started. */
export interface WorkerSpec {
	readonly command: string;
	readonly args: readonly string[];
	readonly env: NodeJS.ProcessEnv;
	/** Receives its standard error. */
	readonly logFile: string;
}

/** The answers of a worker over all repetitions, or why there are none. */
export interface Measured {
	answers: Answer[];
	info?: Info;
	fault?: string;
}

/** Starts a worker and waits until it is ready; throws its last output if it ends or does not answer. */
export async function startWorker({ command, args, env, logFile }: WorkerSpec) {
	const { execa } = await import('execa');
	mkdirSync(dirname(logFile), { recursive: true });
	const streams = { stdin: 'pipe', stderr: { file: logFile }, buffer: false } as const;
	const child = execa(command, args, { env, extendEnv: false, ...streams, reject: false, forceKillAfterDelay: 3000 });
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	// A broken pipe shows as the end of the worker.
	child.stdin.on('error', () => {});
	const stop = async () => {
		child.kill();
		await child;
	};
	const nextAnswer = async (): Promise<unknown> => {
		const late = setTimeout(() => child.kill(), LIMIT_MINUTES * 60_000);
		try {
			for (let next = await lines.next(); !next.done; next = await lines.next()) {
				if (next.value.startsWith(MARK)) return JSON.parse(next.value.slice(MARK.length));
			}
		} finally {
			clearTimeout(late);
		}
		const { exitCode, signal, originalMessage } = await child;
		const end = signal ?? (exitCode === undefined ? undefined : `exit code ${exitCode}`);
		const ended = end ? `it ended with ${end}` : originalMessage;
		const reason = child.killed ? `no answer in ${LIMIT_MINUTES} minutes` : ended;
		const output = readFileSync(logFile, 'utf8').trim().split('\n').slice(-4).join(' ').replace(/\s+/g, ' ');
		throw new Error(output ? `${reason}: ${output.slice(-300)}` : reason);
	};
	const repeat = async () => {
		child.stdin.write('repeat\n');
		const answers = [(await nextAnswer()) as Answer | Answer[]].flat();
		return answers.map((answer) => withDerived(answer, peakBytes(child.pid)));
	};
	try {
		return { info: (await nextAnswer()) as Info, repeat, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** Adds peak memory and the quantiles of samples. */
function withDerived({ figures, samples = {}, profile }: Answer, peak: number | undefined): Answer {
	const quantiles = Object.entries(samples).flatMap(([name, values]) =>
		[50, 99].map((percent) => [`${name}P${percent}`, nearestRank(values, percent / 100)]),
	);
	return { figures: { ...figures, ...(peak && { peakBytes: peak }), ...Object.fromEntries(quantiles) }, profile };
}

/**
 * Measures a group of workers in turns, in reverse order in every second round; only one works at a time.
 * A peer that fails is left out from then on; if `ours` fails, the group ends.
 * @param workers By name; one is `ours`.
 * @param options.fresh Whether each repetition starts new processes, to measure peak memory.
 */
export async function alternate(
	workers: Readonly<Record<string, WorkerSpec>>,
	options: { repetitions: number; fresh: boolean; onProgress: (status: string) => void },
): Promise<Record<string, Measured>> {
	const { repetitions, fresh, onProgress } = options;
	// Ours starts first, since the weights of the others are compared with it.
	const names = ['ours', ...Object.keys(workers).filter((name) => name !== 'ours')];
	const measured: Record<string, Measured> = Object.fromEntries(names.map((name) => [name, { answers: [] }]));
	const running: Record<string, Awaited<ReturnType<typeof startWorker>>> = {};
	const stop = async (name: string) => {
		await running[name]?.stop();
		delete running[name];
	};
	const attempt = async (name: string, work: () => Promise<void>) => {
		if (measured[name].fault !== undefined || measured.ours.fault !== undefined) return;
		try {
			await work();
		} catch (error) {
			measured[name] = { answers: [], fault: error instanceof Error ? error.message : String(error) };
			await stop(name);
		}
	};
	const start = async (name: string) => {
		running[name] = await startWorker(workers[name]);
		measured[name].info = running[name].info;
		const [own, theirs] = [measured.ours.info?.parameters, running[name].info.parameters];
		if (theirs !== undefined && own !== theirs) throw new Error(`its network has ${theirs} weights, ours ${own}`);
	};
	try {
		for (const name of fresh ? [] : names) {
			onProgress(`${name} warms up`);
			await attempt(name, () => start(name));
		}
		for (let round = 0; round < repetitions; round++) {
			for (const name of round % 2 === 0 ? names : names.toReversed()) {
				onProgress(`repetition ${round + 1} of ${repetitions}, ${name}`);
				await attempt(name, async () => {
					if (fresh) await start(name);
					measured[name].answers.push(...(await running[name].repeat()));
				});
				if (fresh) await stop(name);
			}
		}
	} finally {
		for (const name of Object.keys(running)) await stop(name);
	}
	return measured;
}
