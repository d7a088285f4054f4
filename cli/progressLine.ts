import { formatSeconds } from '../lib/format';
import { formatProgress, type OnProgress } from '../lib/progress';

/** A piece of work that the terminal shows on standard error while it runs; it ends with a tick or a cross. */
export interface Task {
	/** Sets the text after the title. */
	update(status: string): void;
	/** Writes results to the terminal, with the line of progress out of their way. */
	print(write: () => void): void;
	done(note?: string): void;
	failed(): void;
}

/** Seconds between two lines where the output is a file and cannot be redrawn. */
const PLAIN_SECONDS = 30;

let isQuiet = false;

/** Shows no progress and no notes from now on (`--quiet`). */
export function silenceProgress(): void {
	isQuiet = true;
}

/** Prints a note for the user on standard error; results go to standard output. */
export function note(text: string): void {
	if (!isQuiet) console.error(text);
}

/** Shows that a piece of work has begun: a line redrawn in place, or in a log a line every 30 s. */
export async function startTask(title: string): Promise<Task> {
	const { default: ora } = await import('ora');
	const began = Date.now();
	// A hidden cursor would stay hidden after a second Ctrl-C.
	const options = { stream: process.stderr, isSilent: isQuiet, discardStdin: false, hideCursor: false };
	const spinner = ora({ text: title, ...options }).start();
	const isPlain = !isQuiet && !process.stderr.isTTY;
	const timer = isPlain ? setInterval(() => console.error(`  ${spinner.text}`), PLAIN_SECONDS * 1000) : undefined;
	const end = (mark: 'succeed' | 'fail', text: string) => {
		clearInterval(timer);
		spinner[mark](`${text} (${formatSeconds((Date.now() - began) / 1000)})`);
	};
	return {
		update: (status) => {
			spinner.text = status ? `${title}: ${status}` : title;
		},
		print: (write) => {
			spinner.clear();
			write();
		},
		done: (text) => end('succeed', text ? `${title}: ${text}` : title),
		failed: () => end('fail', spinner.text),
	};
}

/** Runs a stage of work with its progress in the terminal. */
export async function withProgress<T>(title: string, work: (onProgress: OnProgress) => Promise<T>): Promise<T> {
	return withTask(title, (task) => work((progress) => task.update(formatProgress(progress, 20).trim())));
}

/** Runs work that describes its own progress; `summarize` makes the note at its end. */
export async function withTask<T>(
	title: string,
	work: (task: Task) => Promise<T>,
	summarize?: (result: T) => string,
): Promise<T> {
	const task = await startTask(title);
	try {
		const result = await work(task);
		task.done(summarize?.(result));
		return result;
	} catch (error) {
		task.failed();
		throw error;
	}
}
