import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatSeconds } from '../../lib/format';
import { Problem } from '../problem';
import { PROJECT_FOLDER, shownPath } from '../projectFolder';
import { pythonEnvironment } from '../pythonEnvironment';
import { runLogged } from '../runProgram';

/** Kaggle's public copy of fer2013.csv, with the official order and Usage, which the copies as image folders have lost. */
export const HANDLE = 'deadskull7/fer2013';

/** Until Kaggle's first answer, the start of Python included. */
const CONNECT_SECONDS = 15;

/** Not compiled, so it is run from the sources. */
const FOLDER = join(PROJECT_FOLDER, 'cli', 'data');

/** What fetch_fer2013.py prints. */
interface Event {
	readonly event: 'connected' | 'done' | 'failed';
	readonly path?: string;
	readonly kind?: string;
	readonly message?: string;
}

/** Explains why Kaggle's copy could not be downloaded, and what to do. */
function explain(handle: string, { kind, message }: Pick<Event, 'kind' | 'message'>): Problem {
	const byHand = 'or download it with a browser into data/: see data/README.md';
	if (kind === 'unreachable') {
		return new Problem(`Kaggle cannot be reached (${message}). Check the network, ${byHand}`);
	}
	if (kind === 'refused') {
		const remedy = `Choose another copy (npx fer data --handle OWNER/NAME), ${byHand}`;
		return new Problem(`Kaggle does not provide ${handle} (${message}). ${remedy}`);
	}
	if (kind === 'brokenOff') {
		const remedy = 'The partial download is kept. Resume it with: npx fer data';
		return new Problem(`Kaggle's answer was interrupted (${message}). ${remedy}`);
	}
	return new Problem(`kagglehub cannot download ${handle} (${message}). Try again (npx fer data), ${byHand}`);
}

/** Options of `fetchFromKaggle`. */
export interface KaggleOptions {
	/** owner/name */
	readonly handle: string;
	/** The interpreter that has kagglehub. */
	readonly python: string;
	/** kagglehub's cache, unless KAGGLEHUB_CACHE names another. */
	readonly folder: string;
	readonly logFile: string;
	/** Default 15. */
	readonly connectSeconds?: number;
	readonly env?: NodeJS.ProcessEnv;
	readonly onStatus: (status: string) => void;
}

/**
 * Downloads a public Kaggle data set with kagglehub.
 * @returns The folder of its files.
 * @throws {Problem} If it cannot be downloaded.
 */
export async function fetchFromKaggle(options: KaggleOptions): Promise<string> {
	const { handle, python, folder, logFile, onStatus, connectSeconds = CONNECT_SECONDS, env = process.env } = options;
	let last: Event | undefined;
	const controller = new AbortController();
	const timer = setTimeout(() => controller.abort(), connectSeconds * 1000);
	const onLine = (line: string) => {
		const event = readEvent(line);
		if (event) {
			last = event;
			clearTimeout(timer);
			// kagglehub's progress bar: 12%|█▏        | 7.0M/56.5M [00:03<00:20, 2.5MB/s]
		} else if (/\d%\|/.test(line)) onStatus(line.replace(/\|.*\|/, '').trim());
	};
	const environment = { ...pythonEnvironment(env), KAGGLEHUB_CACHE: env.KAGGLEHUB_CACHE || folder };
	const running = { cwd: FOLDER, env: environment, logFile, onLine, signal: controller.signal };
	await runLogged(python, ['fetch_fer2013.py', handle], running);
	clearTimeout(timer);
	if (last?.event === 'done' && last.path) return last.path;
	if (controller.signal.aborted) {
		throw explain(handle, { kind: 'unreachable', message: `no answer in ${formatSeconds(connectSeconds)}` });
	}
	// An archive that does not unpack would count as complete, and fail again.
	if (last?.event === 'failed' && last.kind === 'failed') rmSync(folder, { recursive: true, force: true });
	throw explain(handle, last?.event === 'failed' ? last : { message: `see ${shownPath(logFile)}` });
}

function readEvent(line: string): Event | undefined {
	try {
		const value = JSON.parse(line);
		return typeof value?.event === 'string' ? value : undefined;
	} catch {
		return undefined;
	}
}
