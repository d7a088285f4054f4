// @ts-check
import { leftHalf, STEPS_PER_EPOCH, startTraining, storedSteps, watchWrites } from './trainCommand.mjs';

/**
 * @typedef {import('./trainCommand.mjs').Phase} Phase
 * @typedef {import('./trainCommand.mjs').Told} Told
 * @typedef {import('./trainCommand.mjs').Ended} Ended
 *
 * @typedef {object} PlannedKill When a process is to be killed: so many milliseconds after the so manieth report of a
 *   stage, or beginning of a checkpoint's write, since its start.
 * @property {string} stage The start of the stage's name, where it is one of a report.
 * @property {Phase} [write] The phase, where it is a write.
 * @property {number} count
 * @property {number} delay
 *
 * @typedef {object} Kill
 * @property {string} place Where it fell.
 * @property {number} stepsLost Steps that the next process has to take again.
 *
 * @typedef {{random: import('../../dist/lib/random.js').Random, onKill: (kill: Kill) => void}} KillOptions
 */

/** Most kills of a sort, and how late after their event, in milliseconds; the phases take about 12 and 150 ms a step. */
const SORTS = {
	features: { stage: 'Phase 1, features', times: 1, count: 3, delay: 10 },
	steps1: { stage: 'Phase 1, epoch', times: 7, count: 12, delay: 20 },
	write1: { stage: '', write: 1, times: 4, count: 3, delay: 3 },
	firstWrite2: { stage: '', write: 2, times: 1, count: 1, delay: 30 },
	steps2: { stage: 'Phase 2, epoch', times: 7, count: 6, delay: 300 },
	write2: { stage: '', write: 2, times: 5, count: 2, delay: 150 },
	validation2: { stage: 'Phase 2, validation', times: 2, count: 2, delay: 20 },
	test: { stage: 'Test', times: 1, count: 2, delay: 100 },
};

/**
 * Draws when to kill: in each phase its sorts in a random order, all of phase 1 before those of phase 2.
 * @param {import('../../dist/lib/random.js').Random} random
 * @returns {PlannedKill[]}
 */
export function planKills(random) {
	/** @param {(keyof typeof SORTS)[]} names */
	const draw = (...names) => {
		const planned = names.flatMap((name) => {
			const { times, count, delay, ...sort } = { write: undefined, ...SORTS[name] };
			return Array.from({ length: times }, () => ({
				...sort,
				write: /** @type {Phase | undefined} */ (sort.write),
				count: 1 + random.integer(count),
				delay: Math.round(random.uniform() * delay * 10) / 10,
				order: random.uniform(),
			}));
		});
		return planned.sort((a, b) => a.order - b.order).map(({ order: _, ...kill }) => kill);
	};
	const phase1 = [...draw('features'), ...draw('steps1', 'write1')];
	return [...phase1, ...draw('firstWrite2'), ...draw('steps2', 'write2', 'validation2'), ...draw('test')];
}

/**
 * Says where a killed process was.
 * @param {string} name
 * @param {number} pid
 * @param {Told} told
 */
function placeOf(name, pid, told) {
	if (leftHalf(name, 1, pid)) return "phase 1, a checkpoint's write";
	if (leftHalf(name, 2, pid)) return "phase 2, a checkpoint's write";
	if (!told.stage) return 'before phase 1';
	if (told.stage.startsWith('Phase 1, features')) return 'phase 1, features';
	if (told.stage.startsWith('Phase 2, validation')) return 'phase 2, validation';
	if (told.stage.startsWith('Test')) return 'test';
	return told.steps[2] ? 'phase 2' : 'phase 1';
}

/**
 * Checks that a process took up the newest checkpoint: its first step is the next one.
 * @param {Told} told
 * @param {Readonly<Record<Phase, number>>} stored Step of the newest checkpoint before it started.
 * @throws {Error}
 */
export function checkTakenUp({ steps }, stored) {
	for (const phase of /** @type {const} */ ([1, 2])) {
		const first = steps[phase]?.first;
		if (first !== undefined && first !== stored[phase] + 1) {
			throw new Error(`Phase ${phase} went on with step ${first}, and its checkpoint was of step ${stored[phase]}.`);
		}
	}
}

/**
 * Returns the step of the newest checkpoint of each phase, 0 where there is none.
 * @param {string} name
 * @returns {Record<Phase, number>}
 */
export function newestSteps(name) {
	return { 1: storedSteps(name, 1)[0] ?? 0, 2: storedSteps(name, 2)[0] ?? 0 };
}

/**
 * Counts the steps that a process took and did not store.
 * @param {Told} told
 * @param {Readonly<Record<Phase, number>>} stored
 */
export function stepsLost({ steps }, stored) {
	const lost = (/** @type {Phase} */ phase) => Math.max(0, (steps[phase]?.last ?? 0) - stored[phase]);
	return lost(1) + lost(2);
}

/**
 * Starts the training and kills it where planned.
 * @param {string} name
 * @param {readonly string[]} flags
 * @param {PlannedKill} planned
 * @returns {Promise<{pid: number, told: Told, ended: Ended}>}
 */
async function runUntilKilled(name, flags, planned) {
	let left = planned.count;
	const count = () => {
		if (--left === 0) setTimeout(() => training.send('SIGKILL'), planned.delay);
	};
	/** @type {import('node:fs').FSWatcher | undefined} */
	let watcher;
	const training = startTraining({
		name,
		flags,
		onTold: ({ stage, steps }) => {
			if (planned.write && steps[planned.write]) watcher ??= watchWrites(name, planned.write, count);
			if (planned.stage && stage.startsWith(planned.stage)) count();
		},
	});
	const ended = await training.ended;
	watcher?.close();
	return { pid: training.pid, told: training.told, ended };
}

/**
 * Trains with a kill after each restart, and then to the end.
 * @param {string} name
 * @param {readonly PlannedKill[]} plan
 * @param {(kill: Kill) => void} onKill
 * @returns {Promise<Kill[]>}
 * @throws {Error} If a process does not take up the newest checkpoint, ends by itself before its kill, or fails.
 */
export async function trainWithKills(name, plan, onKill) {
	/** @type {Kill[]} */
	const kills = [];
	let stored = newestSteps(name);
	for (const planned of plan) {
		const { pid, told, ended } = await runUntilKilled(name, kills.length > 0 ? ['--resume'] : [], planned);
		if (ended.signal !== 'SIGKILL') throw new Error(`It ended before kill ${kills.length + 1}:\n${ended.output}`);
		checkTakenUp(told, stored);
		stored = newestSteps(name);
		const kill = { place: placeOf(name, pid, told), stepsLost: stepsLost(told, stored) };
		if (kill.stepsLost > STEPS_PER_EPOCH) throw new Error(`A kill in ${kill.place} lost ${kill.stepsLost} steps.`);
		kills.push(kill);
		onKill(kill);
	}
	await trainToEnd(name, ['--resume'], stored);
	return kills;
}

/**
 * Trains to the end.
 * @param {string} name
 * @param {readonly string[]} flags
 * @param {Readonly<Record<Phase, number>>} stored Step of the newest checkpoint of each phase.
 * @throws {Error} If it fails, or does not go on from there.
 */
export async function trainToEnd(name, flags = [], stored = newestSteps(name)) {
	const training = startTraining({ name, flags });
	const { code, output } = await training.ended;
	if (code !== 0) throw new Error(`It failed with exit code ${code}:\n${output}`);
	checkTakenUp(training.told, stored);
	return output;
}
