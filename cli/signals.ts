/** The exit codes that shells report for a program that a signal ended. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
const SIGNALS = Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[];

/** Ends the program at SIGINT, SIGTERM and a closed terminal, together with the programs that it started. */
export function exitOnSignals(): void {
	for (const signal of SIGNALS) process.once(signal, () => process.exit(EXIT_CODES[signal]));
}

/**
 * Lets work stop by itself at the first SIGINT, SIGTERM or SIGHUP (a closed terminal), where `onStop` is called. The
 * second one ends the process.
 * @returns The signal for the work; its reason is the program's exit code.
 */
export function stopOnSignal(onStop: () => void): AbortSignal {
	const controller = new AbortController();
	// Without a listener the system ends the process, even in the middle of a training step.
	const release = () => void SIGNALS.map((signal) => process.removeAllListeners(signal));
	release();
	for (const signal of SIGNALS) {
		process.once(signal, () => {
			release();
			controller.abort(EXIT_CODES[signal]);
			onStop();
		});
	}
	return controller.signal;
}
