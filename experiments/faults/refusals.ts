import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { LOGS, PROJECT_FOLDER } from '../../cli/projectFolder';
import { runLogged } from '../../cli/runProgram';
import { latestCheckpoint, readCheckpoint } from '../../lib/training/checkpoint';
import * as training from './training';

/** Lets the weights grow within a few epochs until a float32 cannot hold them. */
const DIVERGING = ['phase2.learningRate=10', 'phase2.backboneLearningRateScale=100', 'phase2.clipNorm=0'];

/** Changes with which a finished run must not be resumed, and the message of each. */
const CHANGES: readonly (readonly [what: string, words: RegExp, setting: string])[] = [
	['settings of phase 1 changed', /phase1\.labelSmoothing was 0\.1 and is 0\.2/, 'phase1.labelSmoothing=0.2'],
	['settings of phase 2 changed', /phase2\.clipNorm was 2 and is 1/, 'phase2.clipNorm=1'],
	['data changed', /data was "[0-9a-f]{64}" and is "[0-9a-f]{64}"/, 'sampleFaces=217'],
];

/** A mount namespace of its own, which ends with the process, so that no mount is left behind. */
const NAMESPACE = process.geteuid?.() === 0 ? ['--mount'] : ['--mount', '--user', '--map-root-user'];

/** Runs a training that must end with exit code 1 and a last line that matches `words`; returns both. */
async function expectRefusal(what: string, words: RegExp, options: training.TrainOptions) {
	const { code, output } = await training.train(options);
	// The report is published: without the place of this clone.
	const said = (output.trim().split('\n').at(-1) ?? '').replaceAll(`${PROJECT_FOLDER}/`, '');
	if (code !== 1 || !words.test(said)) throw new Error(`${what}: exit code ${code}. Its output:\n${output}`);
	return { what, exitCode: code, said };
}

/** Resumes a finished run with other settings and with other data. */
export async function refuseChanges(name: string) {
	const state = () => readdirSync(training.runFolder(name), { recursive: true }).sort().join();
	const before = state();
	const refusals = [];
	for (const [what, words, setting] of CHANGES) {
		refusals.push(await expectRefusal(what, words, { name, resume: true, settings: [setting] }));
	}
	if (state() !== before) throw new Error('A refused training has changed the stored run.');
	return refusals;
}

/** Trains with a learning rate that ends in a loss that is not finite; returns the step of the checkpoint that is left. */
export async function diverge(name: string) {
	const words =
		/^Expected a finite (validation )?loss but received \S+ at (step|the end of epoch) \d+.*lower the learning rate/i;
	const settings = ['phase1.epochs=1', 'phase2.warmupEpochs=10', ...DIVERGING];
	const refusal = await expectRefusal('a loss that is not finite', words, { name, settings });
	const stored = await latestCheckpoint(join(training.runFolder(name), 'phase2'), (error) => {
		throw error;
	});
	if (!stored?.vectors.weights.every(Number.isFinite)) throw new Error('No checkpoint with finite weights is left.');
	return { ...refusal, checkpoint: training.storedSteps(name, 2)[0] };
}

/** Truncates the newest checkpoint of a finished run, which must then continue from the one before and name the file. */
export async function tearCheckpoint(name: string) {
	const [newest, before] = training.storedSteps(name, 2);
	const file = `checkpoint-${newest}.bin`;
	truncateSync(join(training.runFolder(name), 'phase2', file), 1000);
	const { code, output, reported } = await training.train({ name, resume: true });
	const said = output.split('\n').find((line) => line.includes(`checkpoint in ${file}`)) ?? '';
	if (code !== 0 || !said || reported.steps[2]?.first !== before + 1) {
		throw new Error(`A truncated ${file}: exit code ${code}. Its output:\n${output}`);
	}
	return { what: 'a truncated checkpoint', exitCode: code, said };
}

/** Trains a run that another process is training: the second must be refused at once, and the first go on. */
export async function refuseSecond(name: string) {
	const words = /^Expected no other training in runs\/\S+ but received one by process \d+ since .* Wait for its end/;
	let second: ReturnType<typeof expectRefusal> | undefined;
	const first = await training.train({
		name,
		onReport: ({ stage }, send) => {
			if (!stage.startsWith('Phase 1, epoch')) return;
			second ??= expectRefusal('a second training of a run', words, { name }).finally(() => send('SIGINT'));
		},
	});
	if (first.code !== 130 || !second) throw new Error(`The first ended with exit code ${first.code}:\n${first.output}`);
	return second;
}

/** Trains on a disk too small for the third checkpoint of phase 2, then enlarges it and trains to the end. */
export async function trainOnFullDisk(name: string, whole: string): ReturnType<typeof trainInside> {
	const possible = process.platform === 'linux' && spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;
	if (!possible) return { result: { skipped: 'A small disk needs Linux and permission to create a mount namespace.' } };
	const args = [...NAMESPACE, process.execPath, __filename, name, whole];
	const logFile = join(LOGS, 'faults-disk.log');
	const { code, output } = await runLogged('unshare', args, { cwd: PROJECT_FOLDER, logFile });
	const result = output.split('\n').find((line) => line.startsWith('{'));
	if (code !== 0 || !result) throw new Error(`On a full disk:\n${output}`);
	return JSON.parse(result);
}

function mountDisk(options: string, folder: string): void {
	const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { encoding: 'utf8' });
	if (status !== 0) throw new Error(`No disk could be mounted: ${stderr}`);
}

/** Does this inside the namespace: the disk is the run's folder; the finished run `whole` shows a checkpoint's size. */
async function trainInside(name: string, whole: string): Promise<{ result: object; outcome?: training.Outcome }> {
	const folder = training.runFolder(name);
	const [newest] = training.storedSteps(whole, 2);
	const bytes = Math.round(2.5 * statSync(join(training.runFolder(whole), 'phase2', `checkpoint-${newest}.bin`)).size);
	mkdirSync(folder, { recursive: true });
	mountDisk(`size=${bytes}`, folder);
	const words =
		/^Expected room for [\d.]+ MB in the folder of checkpoint-\d+\.bin but received a full disk\. Free some /;
	const { exitCode, said } = await expectRefusal('a full disk', words, { name });
	const checkpoints = training.storedSteps(name, 2);
	for (const step of checkpoints) await readCheckpoint(join(folder, 'phase2', `checkpoint-${step}.bin`));
	const halves = training.filesOf(name, 2).filter((file) => file.endsWith('.part'));
	if (checkpoints.length !== 2 || halves.length > 0) throw new Error(`Left: ${checkpoints}, ${halves}`);
	mountDisk('remount,ro', folder);
	const readOnly = await expectRefusal('a read-only disk', / is on a read-only file system\./, { name, resume: true });
	if (training.storedSteps(name, 2).join() !== checkpoints.join()) throw new Error('A read-only disk has changed.');
	mountDisk('remount,rw,size=2g', folder);
	await training.trainToEnd(name, true);
	// The outcome is read here, since it disappears with the disk.
	const result = { megabytes: Math.round(bytes / 1e6), exitCode, said, checkpoints, readOnly };
	return { result, outcome: await training.readOutcome(name) };
}

if (require.main === module) {
	const [name, whole] = process.argv.slice(2);
	trainInside(name, whole).then((done) => console.log(JSON.stringify(done)));
}
