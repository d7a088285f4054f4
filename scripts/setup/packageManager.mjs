// @ts-check
import fs from 'node:fs';
import path from 'node:path';

/** What may be missing, in the order of the packages below. */
const THINGS = /** @type {const} */ (['python3', 'python3.12', 'venv', 'compiler']);

/** The command of each package manager, and its packages for `THINGS`. */
const MANAGERS = /** @type {Record<string, [command: string, ...packages: string[]]>} */ ({
	'apt-get': ['sudo apt-get install', 'python3 python3-venv', 'python3.12 python3.12-venv', 'python3-venv', 'g++'],
	dnf: ['sudo dnf install', 'python3', 'python3.12', 'python3', 'gcc-c++'],
	zypper: ['sudo zypper install', 'python3', 'python312', 'python3', 'gcc-c++'],
	pacman: ['sudo pacman -S', 'python', 'python312', 'python', 'gcc'],
	brew: ['brew install', 'python@3.12', 'python@3.12', 'python@3.12', 'gcc'],
});

/**
 * Returns the command that installs something on this machine; Debian's where no package manager is found.
 * @param {typeof THINGS[number]} what
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [platform]
 */
export function installCommand(what, env, platform = process.platform) {
	if (platform === 'darwin' && what === 'compiler') return 'xcode-select --install';
	const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
	const isInstalled = (/** @type {string} */ name) => folders.some((folder) => fs.existsSync(path.join(folder, name)));
	const found = Object.keys(MANAGERS).find(isInstalled) ?? (platform === 'darwin' ? 'brew' : 'apt-get');
	const [command, ...packages] = MANAGERS[found];
	return `${command} ${packages[THINGS.indexOf(what)]}`;
}
