import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findFer2013 } from '../../lib/data/readers/fer2013Place';
import { formatPercent } from '../../lib/format';
import { formatAssignment, valueIn } from '../../lib/settings';
import { lockRun } from '../../lib/training/runFolder';
import { rankTrials, type SweepTrial, trialAccuracy } from '../../lib/training/sweepTrial';
import { provideVotes } from '../data/votes';
import { provideWeights } from '../data/weights';
import { Problem } from '../problem';
import { note, withTask } from '../progressLine';
import { DATA, DATA_VARIABLES, dataPath, PROJECT_FOLDER } from '../projectFolder';
import { checkAddress } from '../ray/address';
import { installRay } from '../ray/environment';
import { type RayMessage, runRay } from '../ray/program';
import { claimFolder, planSweep, type Sweep, type TuneOptions } from './plan';
import { SweepLog, type TrialEvent } from './sweepLog';

/** The program of a trial; the nodes of a cluster find it at the same path. */
const TRAINER = [process.execPath, join(PROJECT_FOLDER, 'dist', 'cli', 'commands', 'program.js')];

/** ASHA compares trials after a ninth and a third of the epochs, and goes on with the best third (Li et al. 2018). */
const REDUCTION = 3;
const GRACE_FRACTION = 1 / 9;
/** If that many trials fail and none has trained an epoch, all would. */
const HOPELESS = 3;

/** How far a sweep came. */
export interface SweepState {
	readonly sweep: Sweep;
	readonly trials: readonly SweepTrial[];
}

/**
 * Runs a sweep on Ray, or goes on with one, and notes everything that happens in its folder.
 * @param signal Ends it; the trials that run then go on from their last checkpoint when it is resumed.
 * @param trainer The program of a trial and its first arguments. Default `fer`.
 * @throws {DataError | RangeError | TypeError | Problem} If space, options, folder or address are not valid, before
 *   anything starts; or if Ray or all trials fail.
 */
export async function runTune(
	file: string,
	options: TuneOptions,
	signal: AbortSignal,
	trainer: readonly string[] = TRAINER,
): Promise<SweepState> {
	const sweep = planSweep(file, options);
	const on = options.on === 'local' ? undefined : options.on;
	if (on) await checkAddress(on);
	lockRun(sweep.folder);
	mkdirSync(join(sweep.folder, 'logs'), { recursive: true });
	await claimFolder(sweep, options.resume ?? false);
	await installRay();
	if (trainer === TRAINER) await provide(sweep);
	const log = new SweepLog(sweep.folder);
	await withTask(
		`Sweep ${sweep.name}`,
		(task) => runTrials(sweep, log, { on, signal, trainer, onStatus: task.update }),
		() => describe(log.trials, sweep.trials),
	);
	removeCheckpoints(sweep.folder, log.trials);
	return { sweep, trials: log.trials };
}

/** Downloads what the trials need, so that they do not do so at the same time. */
async function provide({ space, config }: Sweep): Promise<void> {
	const valuesOf = (name: string): readonly unknown[] => {
		const dimension = space[name];
		return dimension && 'choices' in dimension ? dimension.choices : [valueIn(config, name)];
	};
	if (valuesOf('weights').includes('imagenet'))
		for (const name of valuesOf('backbone')) await provideWeights(String(name));
	if (config.data || config.alwaysDraw || space.data) return;
	if (!(await findFer2013({ environmentPath: dataPath(), dataFolder: DATA }))) {
		note('FER2013 is not there, so the trials train on drawn faces: npx fer data downloads it.');
	} else if ('ferPlus.lossWeight' in space || config.ferPlus.lossWeight > 0) await provideVotes();
}

interface Running {
	readonly on?: string;
	readonly signal: AbortSignal;
	readonly trainer: readonly string[];
	readonly onStatus: (status: string) => void;
}

async function runTrials(sweep: Sweep, log: SweepLog, { on, signal, trainer, onStatus }: Running): Promise<void> {
	const giveUp = new AbortController();
	let hopeless: string | undefined;
	const stop = (reason: string) => {
		hopeless = reason;
		giveUp.abort();
	};
	const onMessage = (message: RayMessage) => {
		if (message.event === 'connected') {
			const remedy = 'Add nodes, or choose fewer --cores.';
			if (Number(message.cores) < sweep.cores) stop(`The cluster has ${message.cores} cores. ${remedy}`);
			return;
		}
		log.add(message as unknown as TrialEvent);
		onStatus(describe(log.trials, sweep.trials));
		removeCheckpoints(sweep.folder, log.trials);
		const failed = log.trials.filter(({ status }) => status === 'failed');
		if (failed.length < HOPELESS || log.trials.some(({ history }) => history.length > 0)) return;
		stop(`The first ${failed.length} trials failed: ${failed[0].reason}\nTheir logs: runs/${sweep.name}/logs`);
	};
	const job = { ...jobOf(sweep, trainer), address: on ?? '' };
	const logFile = join(sweep.folder, 'logs', 'ray.log');
	await runRay({ file: 'tune.py', job, logFile, onMessage, signal: AbortSignal.any([signal, giveUp.signal]) });
	if (hopeless) throw new Problem(hopeless);
}

/** What cli/ray/python/tune.py reads. */
export function jobOf(sweep: Sweep, trainer: readonly string[]) {
	const { name, folder, trials, epochs, cores, gpus, config } = sweep;
	const variables = DATA_VARIABLES.map((variable) => [variable, dataPath(variable)]);
	const space = Object.entries(sweep.space).map(([setting, dimension]) => {
		if (!('choices' in dimension)) return [setting, dimension];
		const texts = dimension.choices.map((each) => formatAssignment(setting, each).slice(setting.length + 1));
		return [setting, { choices: texts }];
	});
	return {
		project: PROJECT_FOLDER,
		folder,
		command: [...trainer, '--quiet', 'train', '--trial', '--json-lines', '--study', name, ...sweep.options],
		environment: Object.fromEntries(variables.filter(([, path]) => path)),
		machineCores: availableParallelism(),
		space: Object.fromEntries(space),
		grace: Math.max(1, Math.round(GRACE_FRACTION * epochs)),
		reduction: REDUCTION,
		seed: config.seed,
		...{ trials, epochs, cores, gpus },
	};
}

/** Describes how far a sweep is, for the line of progress. */
function describe(trials: readonly SweepTrial[], planned: number): string {
	const count = (status: SweepTrial['status']) => trials.filter((trial) => trial.status === status).length;
	const [best] = rankTrials(trials);
	const parts = [
		`${trials.length - count('running')} of ${planned} trials`,
		`${count('stopped')} stopped early`,
		...(count('failed') > 0 ? [`${count('failed')} failed`] : []),
		...(best ? [`best ${formatPercent(trialAccuracy(best) as number)} (${best.name})`] : []),
	];
	return parts.join(' · ');
}

/** Removes the checkpoints of trials that were stopped early, 0.2 GB each, once their processes have ended. */
function removeCheckpoints(folder: string, trials: readonly SweepTrial[]): void {
	for (const { name, status } of trials) {
		const run = join(folder, name);
		if (status !== 'stopped' || !existsSync(run) || existsSync(`${run}.lock`)) continue;
		for (const phase of ['phase1', 'phase2']) rmSync(join(run, phase), { recursive: true, force: true });
	}
}
