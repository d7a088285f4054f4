import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { peakBytes } from '../../bench/workers/protocol';
import { Problem } from '../../cli/problem';
import { PROJECT_FOLDER } from '../../cli/projectFolder';

const PROGRAM = join(PROJECT_FOLDER, 'dist', 'cli', 'commands', 'program.js');
const WORKER = join('cli', 'photos', 'worker.js');
const POLL_MILLISECONDS = 500;
/** Ticks per second of Linux's /proc. */
const TICKS = 100;

/** What a run of `fer predict` took. */
export interface Ran {
	readonly seconds: number;
	/** Peak memory in bytes of the program, and of the largest of its workers; absent where the system does not report it. */
	readonly bytes?: number;
	readonly workerBytes?: number;
	/** Cores that the program and its workers kept busy, as a mean over the run. */
	readonly busyCores?: number;
}

/**
 * Runs `fer predict` on a folder, some of whose photos cannot be read, and measures it from its start to its end.
 * @param to A new file for the results.
 */
export async function runPredict(folder: string, to: string, options: readonly string[]): Promise<Ran> {
	const { execa } = await import('execa');
	const began = performance.now();
	const args = [PROGRAM, '--quiet', 'predict', folder, '--to', to, ...options];
	const child = execa(process.execPath, args, { cwd: PROJECT_FOLDER, stdin: 'ignore', all: true, reject: false });
	let [bytes, workerBytes] = [0, 0];
	const busy = new Map<number, number>();
	const timer = setInterval(() => {
		bytes = Math.max(bytes, peakBytes(child.pid) ?? 0);
		const readers = workers();
		for (const pid of readers) workerBytes = Math.max(workerBytes, peakBytes(pid) ?? 0);
		for (const pid of [child.pid ?? 0, ...readers]) busy.set(pid, cpuSeconds(pid) ?? busy.get(pid) ?? 0);
	}, POLL_MILLISECONDS);
	const { exitCode, all } = await child;
	clearInterval(timer);
	// 2: some photos could not be read.
	if (exitCode !== 0 && exitCode !== 2) throw new Problem(`fer predict failed:\n${all}`);
	const seconds = (performance.now() - began) / 1000;
	const busyCores = [...busy.values()].reduce((sum, each) => sum + each, 0) / seconds;
	return { seconds, ...(bytes && { bytes, busyCores }), ...(workerBytes && { workerBytes }) };
}

/** The processor time of a process; undefined where the system does not report it. */
function cpuSeconds(pid: number): number | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// Fields from the third on; the second, the program's name, may contain spaces.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return (Number(fields[11]) + Number(fields[12])) / TICKS;
	} catch {
		return undefined;
	}
}

/** The processes that read photos for Ray, those of other programs too. */
function workers(): number[] {
	try {
		const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
		return all.filter((pid) => commandOf(pid).includes(WORKER)).map(Number);
	} catch {
		return [];
	}
}

function commandOf(pid: string): string {
	try {
		return readFileSync(join('/proc', pid, 'cmdline'), 'utf8');
	} catch {
		// It has ended.
		return '';
	}
}
