// @ts-check
import { checkTakenUp, newestSteps, stepsLost, trainToEnd } from './kills.mjs';
import { startTraining } from './trainCommand.mjs';

/** The signals that end a training, the exit codes that shells know them by, and where each is tried. */
const TRIALS = /** @type {const} */ ([
	{ signal: 'SIGINT', exitCode: 130, phase: 1 },
	{ signal: 'SIGTERM', exitCode: 143, phase: 2 },
]);

/** @typedef {{signal: string, phase: number, exitCode: number | null, step: number, stepsLost: number}} Interruption */

/**
 * Trains with an interruption in each phase, and then to the end.
 * @param {string} name
 * @param {import('../../dist/lib/random.js').Random} random
 * @returns {Promise<Interruption[]>}
 * @throws {Error} If an interrupted process ends with another exit code, does not say how to go on, loses a step, or
 *   the next one does not go on from there.
 */
export async function trainWithInterruptions(name, random) {
	/** @type {Interruption[]} */
	const interruptions = [];
	for (const { signal, exitCode, phase } of TRIALS) {
		const stored = newestSteps(name);
		// The second step of an epoch or the one after: there the checkpoint is not an epoch's.
		const at = 4 * (1 + random.integer(5)) + 2;
		let sent = false;
		const training = startTraining({
			name,
			flags: interruptions.length > 0 ? ['--resume'] : [],
			onTold: ({ steps }) => {
				if (sent || (steps[phase]?.last ?? 0) < at) return;
				sent = true;
				training.send(signal);
			},
		});
		const { code, output } = await training.ended;
		const { told } = training;
		checkTakenUp(told, stored);
		const lost = stepsLost(told, newestSteps(name));
		if (code !== exitCode || !/a checkpoint is written. The same command goes on from there/.test(output) || lost > 0) {
			throw new Error(`${signal} in phase ${phase}: exit code ${code}, ${lost} steps lost. It said:\n${output}`);
		}
		interruptions.push({ signal, phase, exitCode: code, step: told.steps[phase]?.last ?? 0, stepsLost: lost });
	}
	await trainToEnd(name, ['--resume']);
	return interruptions;
}
