// @ts-check
import { spawnSync } from 'node:child_process';
import { installCommand } from './packageManager.mjs';

/** The Pythons for which the pinned TensorFlow has wheels, oldest and newest: 3.9 to 3.13. */
const [OLDEST, NEWEST] = [9, 13];

/** Prints, on any Python 3: version, whether venv and ensurepip are there, architecture, and whether it has no lock. */
const PROBE = `
import importlib.util, json, platform, sys, sysconfig
has = lambda name: importlib.util.find_spec(name) is not None
print(json.dumps({"version": list(sys.version_info[:3]), "venv": has("venv") and has("ensurepip"),
    "machine": platform.machine().lower(), "freeThreaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED"))}))
`;

const ARCHITECTURES = /** @type {Record<string, string>} */ ({
	x86_64: 'x64',
	amd64: 'x64',
	aarch64: 'arm64',
	arm64: 'arm64',
});

/** @typedef {{version: number[], venv: boolean, machine: string, freeThreaded: boolean}} Facts */

/**
 * Asks a Python for its properties.
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 * @returns {Facts | undefined} undefined if there is no such command, or it does not run.
 */
function probe(command, env) {
	const { status, stdout } = spawnSync(command, ['-c', PROBE], { env, encoding: 'utf8', timeout: 20_000 });
	try {
		return status === 0 ? JSON.parse(stdout) : undefined;
	} catch {
		return undefined;
	}
}

/**
 * Checks that a Python serves this project.
 * @param {string} command
 * @param {Facts} facts
 * @param {{arch: string, env: NodeJS.ProcessEnv}} machine
 */
function faultOf(command, facts, { arch, env }) {
	const version = facts.version.join('.');
	const [major, minor] = facts.version;
	const another = `Install one beside it: ${installCommand('python3.12', env)} (then: PYTHON=python3.12 npm run setup)`;
	if (major !== 3 || minor < OLDEST || minor > NEWEST) {
		const range = `Python 3.${OLDEST} to 3.${NEWEST} is required, for which TensorFlow has wheels`;
		return `${range}, but ${command} is Python ${version}. ${another}`;
	}
	if (facts.freeThreaded) {
		return `TensorFlow has no wheel for the free-threaded build of Python, which ${command} is. ${another}`;
	}
	if (ARCHITECTURES[facts.machine] !== arch) {
		const remedy = `Install both for the same processor: ${installCommand('python3', env)}`;
		return `Node runs as ${arch}, but ${command} as ${facts.machine}: Node could not load its TensorFlow. ${remedy}`;
	}
	if (facts.venv) return undefined;
	return `${command} (Python ${version}) has no venv module with pip. Install it: ${installCommand('venv', env)}`;
}

/**
 * Finds a Python that can make the virtual environment: `PYTHON` if that is set, else python3, else python3.13 to 3.9.
 * @param {{arch: string, env: NodeJS.ProcessEnv}} machine
 * @returns {{command: string, version: string} | {fault: string}} The fault is that of the first Python found.
 */
export function findPython(machine) {
	const chosen = machine.env.PYTHON;
	const others = Array.from({ length: NEWEST - OLDEST + 1 }, (_, older) => `python3.${NEWEST - older}`);
	let fault;
	for (const command of chosen ? [chosen] : ['python3', ...others]) {
		const facts = probe(command, machine.env);
		if (!facts) continue;
		const itsFault = faultOf(command, facts, machine);
		if (!itsFault) return { command, version: facts.version.join('.') };
		fault ??= itsFault;
	}
	const missing = chosen
		? `PYTHON is ${chosen}, which does not run. To use python3: unset PYTHON`
		: `python3 was not found. Install it: ${installCommand('python3', machine.env)}`;
	return { fault: fault ?? missing };
}
