import { basename, dirname, join, relative, resolve } from 'node:path';

const above = resolve(__dirname, '..');

/** The clone's folder; this file runs from cli/ and, compiled, from dist/cli/. */
export const PROJECT_FOLDER = basename(above) === 'dist' ? dirname(above) : above;

/** The Python of the virtual environment that the set-up makes. */
export const PYTHON = join(PROJECT_FOLDER, '.venv', 'bin', 'python');

/** Where the output of the programs that a command starts goes, one file a program. */
export const LOGS = join(PROJECT_FOLDER, 'runs', 'logs');

/** The folder in which the user called the program; npm starts its scripts in the clone. */
const userFolder = (env: NodeJS.ProcessEnv = process.env) => env.INIT_CWD ?? process.cwd();

/** Makes a path that the user gave absolute. */
export function resolveUserPath(path: string): string {
	return resolve(userFolder(), path);
}

/** A path as the user would write it, for messages. */
export function shownPath(path: string): string {
	return relative(userFolder(), path) || '.';
}

/** The data path in an environment variable, absolute; undefined where it is not set. */
export function dataPath(
	name: 'FER2013_PATH' | 'RAFDB_PATH' | 'CKPLUS_PATH' = 'FER2013_PATH',
	env: NodeJS.ProcessEnv = process.env,
): string | undefined {
	const value = env[name];
	return value ? resolve(userFolder(env), value) : undefined;
}
