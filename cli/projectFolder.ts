import { mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { kindOfSource } from '../lib/data/readers/source';
import { invalidArgument } from '../lib/errors';

const above = resolve(__dirname, '..');

/** The clone's folder; this file runs from cli/ and, compiled, from dist/cli/. */
export const PROJECT_FOLDER = basename(above) === 'dist' ? dirname(above) : above;
/** Where data sets and weights are kept. */
export const DATA = join(PROJECT_FOLDER, 'data');
/** Where downloads arrive; in data/, so that a rename puts them in place. */
export const INCOMING = join(DATA, '.incoming');
/** One folder per training, and what commands build. */
export const RUNS = join(PROJECT_FOLDER, 'runs');
/** Output of the programs that commands start, one file a program. */
export const LOGS = join(RUNS, 'logs');

/** Environment variables with paths of data. */
export const DATA_VARIABLES = ['FER2013_PATH', 'RAFDB_PATH', 'CKPLUS_PATH'] as const;

/** The folder in which the user called the program; npm starts its scripts in the clone. */
const userFolder = (env: NodeJS.ProcessEnv = process.env) => env.INIT_CWD ?? process.cwd();

/** Makes a path that the user gave absolute. */
export const resolveUserPath = (path: string): string => resolve(userFolder(), path);

/**
 * Checks that a path that the user gave is that of a file or folder: an empty one is an unset variable.
 * @param name The option that it comes from.
 */
export function checkUserPath(path: string, name: string): void {
	if (path === '') throw invalidArgument(name, 'the path of a file or folder', path);
	kindOfSource(resolveUserPath(path), name);
}

/** A path as the user would write it, for messages: from the folder in which they are, or whole where it leads out of it. */
export function shownPath(path: string): string {
	const shown = relative(userFolder(), path) || '.';
	return shown.split(sep)[0] === '..' ? resolve(userFolder(), path) : shown;
}

/** The folder of a model that the user chose. Default models/official. */
export const modelFolder = (given?: string): string =>
	given ? resolveUserPath(given) : join(PROJECT_FOLDER, 'models', 'official');

/** The data path in an environment variable, absolute; undefined where it is not set. */
export function dataPath(
	name: (typeof DATA_VARIABLES)[number] = 'FER2013_PATH',
	env = process.env,
): string | undefined {
	const value = env[name];
	return value ? resolve(userFolder(env), value) : undefined;
}

/**
 * Makes a folder and those above it. Node's recursive mkdir never ends where the system makes none, as in /proc.
 * @returns The topmost folder that was made; undefined if all were there.
 */
export function makeFolder(folder: string): string | undefined {
	if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined;
	const made = makeFolder(dirname(folder));
	mkdirSync(folder);
	return made ?? folder;
}
