import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { writeFileAtomically } from '../../lib/atomicFile';
import type { Config, PartialConfig } from '../../lib/config';
import { DataError, invalidArgument } from '../../lib/errors';
import { createConfig, mergeSettings } from '../../lib/profiles';
import { parseAssignments } from '../../lib/settings';
import { folderOf } from '../../lib/storedFile';
import { checkStudy, runFolder } from '../../lib/training/runFolder';
import { Problem } from '../problem';
import { checkUserPath, PROJECT_FOLDER, resolveUserPath } from '../projectFolder';
import { readSpace, type Space } from './space';

/** The options of `fer tune`. */
export interface TuneOptions {
	readonly trials: string;
	readonly profile: string;
	readonly name?: string;
	readonly data?: string;
	readonly classes?: string;
	readonly set?: readonly string[];
	readonly on?: string;
	readonly cores: string;
	readonly gpus: string;
	readonly resume?: boolean;
}

/** What a sweep does; it is resumed only by the same. */
export interface SweepPlan {
	readonly space: Space;
	readonly trials: number;
	/** What all trials have in common, as `fer train` takes it. */
	readonly options: readonly string[];
}

/** A sweep that was checked. */
export interface Sweep extends SweepPlan {
	/** The folder's name in runs/. */
	readonly name: string;
	readonly folder: string;
	/** The settings that all trials have in common. */
	readonly config: Config;
	/** Most epochs of phase 2. */
	readonly epochs: number;
	/** Cores and graphics cards a trial. */
	readonly cores: number;
	readonly gpus: number;
}

const FILE = 'sweep.json';

/**
 * Checks the space and the options of a sweep, before anything starts or is written.
 * @throws {DataError | RangeError | TypeError | Problem} If a setting, value or option is not valid.
 */
export function planSweep(file: string, { profile, set = [], data, classes, ...options }: TuneOptions): Sweep {
	const [trials, cores] = [count(options.trials, '--trials', 1), count(options.cores, '--cores', 1)];
	const gpus = count(options.gpus, '--gpus', 0);
	if ((options.on ?? 'local') === 'local' && cores > availableParallelism()) {
		throw invalidArgument('--cores', `at most the ${availableParallelism()} cores of this machine`, cores);
	}
	if (data !== undefined) checkUserPath(data, '--data');
	const own = data === undefined ? {} : { data: resolveUserPath(data) };
	const config = createConfig(profile, mergeSettings(parseAssignments(set), own) as PartialConfig);
	const space = readSpace(resolveUserPath(file), profile, set);
	checkDisjoint(space, set);
	const name = `tune-${options.name ?? basename(file).replace(/\.json$/i, '')}`;
	const folder = runFolder(PROJECT_FOLDER, name, '--name');
	checkStudy(folder);
	const common = [
		...(data === undefined ? [] : ['--data', resolveUserPath(data)]),
		...(classes === undefined ? [] : ['--classes', classes]),
		...set.flatMap((each) => ['--set', each]),
	];
	const epochs = mostOf(space['phase2.epochs']) ?? config.phase2.epochs;
	return { name, folder, space, trials, options: ['--profile', profile, ...common], config, epochs, cores, gpus };
}

function count(text: string, option: string, least: number): number {
	const value = Number(text);
	if (Number.isInteger(value) && value >= least && value <= 100_000) return value;
	throw new Problem(`Expected an integer from ${least} to 100,000 for ${option} but received ${text}.`);
}

function checkDisjoint(space: Space, set: readonly string[]): void {
	const fixed = set.map((each) => each.slice(0, each.indexOf('=')));
	const isInside = (a: string, b: string) => a === b || a.startsWith(`${b}.`);
	const twice = Object.keys(space).find((name) => fixed.some((each) => isInside(name, each) || isInside(each, name)));
	if (twice) throw new Problem(`Expected ${twice} in the space or in --set but received both.`);
}

/** The largest number of a dimension. */
function mostOf(dimension?: Space[string]): number | undefined {
	if (!dimension) return undefined;
	return 'choices' in dimension ? Math.max(...dimension.choices.map(Number)) : dimension.max;
}

/**
 * Makes sure that a sweep's folder holds this sweep or, without `resume`, none yet, and notes it there. The folder must be
 * locked.
 * @throws {Problem} If it holds another, or none is there to be resumed.
 */
export async function claimFolder({ name, folder, ...sweep }: Sweep, resume: boolean): Promise<void> {
	const { space, trials, options } = sweep;
	const plan: SweepPlan = { space, trials, options };
	const file = join(folder, FILE);
	const stored = existsSync(file) ? readPlan(file) : undefined;
	if (!resume && stored) {
		throw new Problem(`Expected no earlier sweep in runs/${name}. Use --resume to go on with it, or another --name.`);
	}
	if (resume && !stored) throw new Problem(`Expected a sweep in runs/${name} but found none. Start without --resume.`);
	if (stored && !isDeepStrictEqual(stored, JSON.parse(JSON.stringify(plan)))) {
		const keys = Object.keys(plan) as (keyof SweepPlan)[];
		const other = keys.filter((key) => !isDeepStrictEqual(stored[key], JSON.parse(JSON.stringify(plan[key]))));
		const remedy = 'Resume with the same space and options, or choose another --name.';
		throw new Problem(`Expected the sweep in runs/${name} but received other ${other.join(' and ')}. ${remedy}`);
	}
	if (!resume) await writeFileAtomically(file, `${JSON.stringify(plan, null, '\t')}\n`);
}

/** @throws {DataError} If the file holds no plan. */
function readPlan(file: string): SweepPlan {
	const text = readFileSync(file, 'utf8');
	const damaged = (found: string) =>
		new DataError('the plan of a sweep', `${FILE} in ${folderOf(file)}`, found, 'Start the sweep with another --name.');
	let plan: SweepPlan | null;
	try {
		plan = JSON.parse(text);
	} catch {
		throw damaged(`a file that is not JSON (${JSON.stringify(text.slice(0, 40))})`);
	}
	if (typeof plan?.space !== 'object') throw damaged(`JSON without a space (${JSON.stringify(text.slice(0, 40))})`);
	return plan;
}
