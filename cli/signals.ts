/** The exit codes that shells report for a program that a signal ended. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
const SIGNALS = Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[];

/** Ends the program at SIGINT and SIGTERM, together with the programs that it started. */
export function exitOnSignals(): void {
	for (const signal of SIGNALS) process.once(signal, () => process.exit(EXIT_CODES[signal]));
}

/**
 * Lets work stop by itself at the first SIGINT or SIGTERM. The second one ends the process at once.
 * @param onStop Called at the first signal.
 * @returns The signal for the work, and the exit code of the program; 0 if nothing was received.
 */
export function stopOnSignal(onStop: () => void): { readonly signal: AbortSignal; exitCode(): number } {
	const controller = new AbortController();
	let exitCode = 0;
	// Without a listener the system ends the process, even in the middle of a training step.
	const release = () => {
		for (const signal of SIGNALS) process.removeAllListeners(signal);
	};
	release();
	for (const signal of SIGNALS) {
		process.once(signal, () => {
			release();
			exitCode = EXIT_CODES[signal];
			controller.abort();
			onStop();
		});
	}
	return { signal: controller.signal, exitCode: () => exitCode };
}
