import type { Random } from '../../lib/random';
import { checkResumed, newestSteps, STEPS_PER_EPOCH, stepsLost, train, trainToEnd } from './training';

/** The signals that end a training, their exit codes in a shell, and the phase in which each is sent. */
const TRIALS = [
	{ signal: 'SIGINT', exitCode: 130, phase: 1 },
	{ signal: 'SIGTERM', exitCode: 143, phase: 2 },
] as const;

/** An interruption that was carried out. */
export interface Interruption {
	readonly signal: string;
	readonly phase: number;
	readonly exitCode: number;
	readonly step: number;
	readonly stepsLost: number;
}

/**
 * Trains with an interruption in each phase, and then to the end.
 * @throws {Error} If an interrupted process ends with another exit code, does not say how to resume or loses a step, or
 *   the next one does not continue from there.
 */
export async function trainWithInterruptions(name: string, random: Random): Promise<Interruption[]> {
	const interruptions: Interruption[] = [];
	for (const { signal, exitCode, phase } of TRIALS) {
		const stored = newestSteps(name);
		// The second step of an epoch: the checkpoint there is not one of an epoch's end.
		const at = STEPS_PER_EPOCH * (1 + random.integer(5)) + 2;
		let sent = false;
		const { code, output, reported } = await train({
			name,
			resume: interruptions.length > 0,
			onReport: ({ steps }, send) => {
				if (sent || (steps[phase]?.last ?? 0) < at) return;
				sent = true;
				send(signal);
			},
		});
		checkResumed(reported, stored);
		const lost = stepsLost(reported, newestSteps(name));
		if (code !== exitCode || !/checkpoint.*[Tt]he same command/s.test(output) || lost > 0) {
			throw new Error(`${signal} in phase ${phase}: exit code ${code}, ${lost} steps lost. Its output:\n${output}`);
		}
		interruptions.push({ signal, phase, exitCode, step: reported.steps[phase]?.last ?? 0, stepsLost: lost });
	}
	await trainToEnd(name, true);
	return interruptions;
}
