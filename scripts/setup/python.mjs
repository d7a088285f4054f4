// @ts-check
import { spawnSync } from 'node:child_process';
import { installCommand } from './packageManager.mjs';
import { PYTHONS } from './tensorflowWheel.mjs';

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
 * Asks a Python about itself.
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 * @returns {Facts | undefined} Nothing if there is no such command, or it does not run.
 */
function probe(command, env) {
	const { status, stdout } = spawnSync(command, ['-c', PROBE], { env, encoding: 'utf8', timeout: 20_000 });
	try {
		return status === 0 ? JSON.parse(stdout) : undefined;
	} catch {
		return undefined;
	}
}

/** @param {readonly number[]} version */
const minor = (version) => version[0] * 100 + version[1];

/**
 * Says what is wrong with a Python for this project, and the command that mends it.
 * @param {string} command
 * @param {Facts} facts
 * @param {{arch: string, env: NodeJS.ProcessEnv}} machine
 */
function faultOf(command, facts, { arch, env }) {
	const version = facts.version.join('.');
	const range = `${PYTHONS.oldest.join('.')} to ${PYTHONS.newest.join('.')}`;
	const another = `Install one beside it: ${installCommand('python3.12', env)} (then: PYTHON=python3.12 npm run setup)`;
	if (minor(facts.version) < minor(PYTHONS.oldest) || minor(facts.version) > minor(PYTHONS.newest)) {
		return `Python ${range} is needed, for which TensorFlow has wheels, but ${command} is Python ${version}. ${another}`;
	}
	if (facts.freeThreaded) {
		return `TensorFlow has no wheel for the free-threaded build of Python, which ${command} is. ${another}`;
	}
	if (ARCHITECTURES[facts.machine] !== arch) {
		return `Node runs as ${arch}, but ${command} as ${facts.machine}, so it would bring a wheel that Node cannot load. Install both for the same processor: ${installCommand('python3', env)}`;
	}
	if (!facts.venv) {
		return `${command} (Python ${version}) has no venv module with pip. Install it: ${installCommand('venv', env)}`;
	}
	return undefined;
}

/**
 * Finds a Python that can make the virtual environment: `PYTHON` if that is set, else python3, else python3.13 to 3.9.
 * @param {{arch: string, env: NodeJS.ProcessEnv}} machine
 * @returns {{command: string, version: string} | {fault: string}} The fault is of the first one that was found.
 */
export function findPython(machine) {
	const chosen = machine.env.PYTHON;
	const newest = PYTHONS.newest[1];
	const others = Array.from({ length: newest - PYTHONS.oldest[1] + 1 }, (_, older) => `python3.${newest - older}`);
	let fault = chosen
		? `PYTHON names ${chosen}, which does not run. Unset it, and python3 is taken: unset PYTHON`
		: `No python3 was found. Install it: ${installCommand('python3', machine.env)}`;
	let found = false;
	for (const command of chosen ? [chosen] : ['python3', ...others]) {
		const facts = probe(command, machine.env);
		if (!facts) continue;
		const itsFault = faultOf(command, facts, machine);
		if (!itsFault) return { command, version: facts.version.join('.') };
		if (!found) fault = itsFault;
		found = true;
	}
	return { fault };
}
