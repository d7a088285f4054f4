import { readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { latestCheckpoint } from '../../lib/training/checkpoint';
import { runFolder, storedSteps, type TrainOptions, train } from './training';

/** Lets the weights grow within a few epochs until a float32 cannot hold them. */
const DIVERGING = ['phase2.learningRate=1', 'phase2.backboneLearningRateScale=1000', 'phase2.clipNorm=0'];

/** Changes with which a finished run must not be resumed, and the message of each. */
const CHANGES: readonly (readonly [what: string, words: RegExp, setting: string])[] = [
	['settings of phase 1 changed', /phase1\.labelSmoothing was 0\.1 and is 0\.2/, 'phase1.labelSmoothing=0.2'],
	['settings of phase 2 changed', /phase2\.clipNorm was 2 and is 1/, 'phase2.clipNorm=1'],
	['data changed', /data was "[0-9a-f]{64}" and is "[0-9a-f]{64}"/, 'sampleFaces=217'],
];

/**
 * Runs a training that must end with exit code 1 and a last line that matches `words`; returns both.
 * @throws {Error} If it ends otherwise.
 */
export async function expectRefusal(what: string, words: RegExp, options: TrainOptions) {
	const { code, output } = await train(options);
	const said = output.trim().split('\n').at(-1) ?? '';
	if (code !== 1 || !words.test(said)) throw new Error(`${what}: exit code ${code}. Its output:\n${output}`);
	return { what, exitCode: code, said };
}

const stateOf = (name: string) =>
	JSON.stringify([readdirSync(runFolder(name)), storedSteps(name, 1), storedSteps(name, 2)]);

/** Resumes a finished run with other settings and with other data. */
export async function refuseChanges(name: string) {
	const before = stateOf(name);
	const refusals = [];
	for (const [what, words, setting] of CHANGES) {
		refusals.push(await expectRefusal(what, words, { name, resume: true, settings: [setting] }));
	}
	if (stateOf(name) !== before) throw new Error('A refused training has changed the stored run.');
	return refusals;
}

/** Trains with a learning rate that ends in a loss that is not finite; returns the step of the checkpoint that is left. */
export async function diverge(name: string) {
	const words =
		/^Expected a finite (validation )?loss but received \S+ at (step|the end of epoch) \d+.*lower the learning rate/i;
	const settings = ['phase1.epochs=1', 'phase2.warmupEpochs=10', ...DIVERGING];
	const refusal = await expectRefusal('a loss that is not finite', words, { name, settings });
	const checkpoint = storedSteps(name, 2)[0];
	const stored = await latestCheckpoint(join(runFolder(name), 'phase2'), (error) => {
		throw error;
	});
	if (!stored?.vectors.weights.every(Number.isFinite)) throw new Error('No checkpoint with finite weights is left.');
	return { ...refusal, checkpoint };
}

/**
 * Truncates the newest checkpoint of a finished run's phase 2 and resumes the run.
 * @throws {Error} If the training does not name the damaged file or does not continue from the checkpoint before.
 */
export async function tearCheckpoint(name: string) {
	const [newest, before] = storedSteps(name, 2);
	const file = `checkpoint-${newest}.bin`;
	truncateSync(join(runFolder(name), 'phase2', file), 1000);
	const { code, output, reported } = await train({ name, resume: true });
	const said = output.split('\n').find((line) => line.includes(`checkpoint in ${file}`)) ?? '';
	if (code !== 0 || !said || reported.steps[2]?.first !== before + 1) {
		throw new Error(`A truncated ${file}: exit code ${code}. Its output:\n${output}`);
	}
	return { what: 'a truncated checkpoint', exitCode: code, said };
}
