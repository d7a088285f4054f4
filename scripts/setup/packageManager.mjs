// @ts-check
import fs from 'node:fs';
import path from 'node:path';

/** By package manager: its command, and its packages for each thing that may be missing. */
const COMMANDS = /** @type {Record<string, Record<'install' | Thing, string>>} */ ({
	'apt-get': packages(
		'sudo apt-get install',
		'python3 python3-venv',
		'python3.12 python3.12-venv',
		'python3-venv',
		'g++',
	),
	dnf: packages('sudo dnf install', 'python3', 'python3.12', 'python3', 'gcc-c++'),
	zypper: packages('sudo zypper install', 'python3', 'python312', 'python3', 'gcc-c++'),
	pacman: packages('sudo pacman -S', 'python', 'python312', 'python', 'gcc'),
	brew: packages('brew install', 'python@3.12', 'python@3.12', 'python@3.12', 'gcc'),
});

/** @typedef {'python3' | 'python3.12' | 'venv' | 'compiler'} Thing */

/** @param {string[]} names In the order of `Thing`, after the command. */
function packages(...names) {
	const [install, python3, python312, venv, compiler] = names;
	return { install, python3, 'python3.12': python312, venv, compiler };
}

/**
 * Returns the command that installs something on this machine; Debian's where no package manager is found.
 * @param {Thing} what
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [platform]
 */
export function installCommand(what, env, platform = process.platform) {
	if (platform === 'darwin' && what === 'compiler') return 'xcode-select --install';
	const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
	const isInstalled = (/** @type {string} */ name) => folders.some((folder) => fs.existsSync(path.join(folder, name)));
	const found = Object.keys(COMMANDS).find(isInstalled) ?? (platform === 'darwin' ? 'brew' : 'apt-get');
	return `${COMMANDS[found].install} ${COMMANDS[found][what]}`;
}
