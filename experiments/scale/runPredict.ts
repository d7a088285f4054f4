import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { peakBytes } from '../../bench/workers/protocol';
import { Problem } from '../../cli/problem';
import { PROJECT_FOLDER } from '../../cli/projectFolder';

const PROGRAM = join(PROJECT_FOLDER, 'dist', 'cli', 'commands', 'program.js');
const WORKER = join('cli', 'photos', 'worker.js');
const POLL_MILLISECONDS = 500;

/** What a run of `fer predict` took. */
export interface Ran {
	readonly seconds: number;
	/** Peak memory in bytes of the program, and of the largest of its workers; absent where the system does not report it. */
	readonly bytes?: number;
	readonly workerBytes?: number;
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
	const timer = setInterval(() => {
		bytes = Math.max(bytes, peakBytes(child.pid) ?? 0);
		for (const pid of workers()) workerBytes = Math.max(workerBytes, peakBytes(pid) ?? 0);
	}, POLL_MILLISECONDS);
	const { exitCode, all } = await child;
	clearInterval(timer);
	// 2: some photos could not be read.
	if (exitCode !== 0 && exitCode !== 2) throw new Problem(`fer predict failed:\n${all}`);
	const seconds = (performance.now() - began) / 1000;
	return { seconds, ...(bytes && { bytes }), ...(workerBytes && { workerBytes }) };
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
