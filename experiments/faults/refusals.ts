// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { runFolder, startTraining, storedSteps } from './trainCommand.mjs';

/** Lets the weights grow until a float32 cannot hold them: a few epochs. */
const DIVERGING = ['phase2.learningRate=1', 'phase2.backboneLearningRateScale=1000', 'phase2.clipNorm=0'];

/** @typedef {{what: string, exitCode: number | null, said: string}} Refusal */

/**
 * Starts a training that must end with exit code 1 and some words, and gives its last line.
 * @param {string} what
 * @param {RegExp} words
 * @param {Parameters<typeof startTraining>[0]} options
 * @returns {Promise<Refusal>}
 * @throws {Error} If it ends otherwise.
 */
export async function expectRefusal(what, words, options) {
	const { code, output } = await startTraining(options).ended;
	const said = output.trim().split('\n').at(-1) ?? '';
	if (code !== 1 || !words.test(said)) throw new Error(`${what}: exit code ${code}. It said:\n${output}`);
	return { what, exitCode: code, said };
}

/** @param {string} name */
const stateOf = (name) => JSON.stringify([fs.readdirSync(runFolder(name)), storedSteps(name, 1), storedSteps(name, 2)]);

/**
 * Asks to resume a finished run with other settings and with other data.
 * @param {string} name
 * @returns {Promise<Refusal[]>}
 */
export async function refuseChanges(name) {
	const before = stateOf(name);
	const flags = ['--resume'];
	const refusals = [
		await expectRefusal('settings of phase 1 changed', /phase1\.labelSmoothing was 0\.1 and is 0\.2/, {
			name,
			flags,
			settings: ['phase1.labelSmoothing=0.2'],
		}),
		await expectRefusal('settings of phase 2 changed', /phase2\.clipNorm was 2 and is 1/, {
			name,
			flags,
			settings: ['phase2.clipNorm=1'],
		}),
		await expectRefusal('data changed', /data was "[0-9a-f]{64}" and is "[0-9a-f]{64}"/, {
			name,
			flags,
			settings: ['sampleFaces=217'],
		}),
	];
	if (stateOf(name) !== before) throw new Error('A refused training has touched what was stored.');
	return refusals;
}

/**
 * Trains with a learning rate that ends in a loss that is no number.
 * @param {string} name
 * @returns {Promise<Refusal & {checkpoint: number}>} With the step of the checkpoint that it kept.
 */
export async function diverge(name) {
	const words =
		/^Expected a finite (validation )?loss but received \S+ at (step|the end of epoch) \d+.*lower the learning rate/;
	const settings = ['phase1.epochs=1', 'phase2.warmupEpochs=10', ...DIVERGING];
	const refusal = await expectRefusal('a loss that is not finite', words, { name, settings });
	const checkpoint = storedSteps(name, 2)[0];
	const { latestCheckpoint } = await import('../../dist/lib/training/checkpoint.js');
	const stored = await latestCheckpoint(path.join(runFolder(name), 'phase2'), (error) => {
		throw error;
	});
	if (!stored?.vectors.weights.every(Number.isFinite)) throw new Error('No checkpoint of finite weights is left.');
	return { ...refusal, checkpoint };
}

/**
 * Tears the newest checkpoint of a finished run's phase 2 and takes the run up again.
 * @param {string} name
 * @returns {Promise<Refusal>}
 * @throws {Error} If it does not name the torn file, or does not go on from the one before.
 */
export async function tearCheckpoint(name) {
	const [newest, before] = storedSteps(name, 2);
	const file = `checkpoint-${newest}.bin`;
	fs.truncateSync(path.join(runFolder(name), 'phase2', file), 1000);
	const training = startTraining({ name, flags: ['--resume'] });
	const { code, output } = await training.ended;
	const said = output.split('\n').find((line) => line.includes(`a whole checkpoint in ${file}`)) ?? '';
	if (code !== 0 || !said || training.told.steps[2]?.first !== before + 1) {
		throw new Error(`A torn ${file}: exit code ${code}. It said:\n${output}`);
	}
	return { what: 'a torn checkpoint', exitCode: code, said };
}
