// @ts-check
import fs from 'node:fs';
import path from 'node:path';

/** What a person types to install each thing, by the package manager that is there. */
const COMMANDS = /** @type {const} */ ({
	'apt-get': {
		install: 'sudo apt-get install',
		python3: 'python3 python3-venv',
		'python3.12': 'python3.12 python3.12-venv',
		venv: 'python3-venv',
		compiler: 'g++',
	},
	dnf: {
		install: 'sudo dnf install',
		python3: 'python3',
		'python3.12': 'python3.12',
		venv: 'python3',
		compiler: 'gcc-c++',
	},
	zypper: {
		install: 'sudo zypper install',
		python3: 'python3',
		'python3.12': 'python312',
		venv: 'python3',
		compiler: 'gcc-c++',
	},
	pacman: { install: 'sudo pacman -S', python3: 'python', 'python3.12': 'python312', venv: 'python', compiler: 'gcc' },
	brew: {
		install: 'brew install',
		python3: 'python@3.12',
		'python3.12': 'python@3.12',
		venv: 'python@3.12',
		compiler: 'gcc',
	},
});

/**
 * Tells whether a command lies on the PATH.
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 */
function onPath(command, env) {
	return (env.PATH ?? '').split(path.delimiter).some((folder) => folder && fs.existsSync(path.join(folder, command)));
}

/**
 * Writes the command that installs something on this machine; Debian's where no package manager is known.
 * @param {'python3' | 'python3.12' | 'venv' | 'compiler'} what
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [platform]
 */
export function installCommand(what, env, platform = process.platform) {
	if (platform === 'darwin' && what === 'compiler') return 'xcode-select --install';
	const managers = /** @type {(keyof typeof COMMANDS)[]} */ (Object.keys(COMMANDS));
	const manager = managers.find((name) => onPath(name, env)) ?? (platform === 'darwin' ? 'brew' : 'apt-get');
	return `${COMMANDS[manager].install} ${COMMANDS[manager][what]}`;
}
