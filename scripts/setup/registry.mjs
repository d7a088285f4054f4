// @ts-check
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pythonEnvironment, ROOT, VENV_PYTHON } from './paths.mjs';
import { Problem } from './problem.mjs';

/** Seconds after which a registry that does not answer counts as unreachable. */
const ANSWER_SECONDS = 10;

const UNREACHABLE =
	/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET|network timeout|self.signed|unable to get local issuer/i;
const PIP_UNREACHABLE =
	/NewConnectionError|ConnectTimeout|ReadTimeout|NameResolutionError|Name or service not known|Temporary failure in name resolution|Connection refused|ProxyError|SSLError|Max retries exceeded|connection broken/i;

/** Returns npm as it was started, else the one on the PATH. */
export function npmCommand(env = process.env) {
	const script = env.npm_execpath;
	return script && path.basename(script) === 'npm-cli.js' && fs.existsSync(script)
		? { command: process.execPath, args: [script] }
		: { command: 'npm', args: [] };
}

/** Explains npm's failure in a sentence with a remedy; undefined where none is known. @param {string} output */
export function explainNpm(output) {
	const code = /npm (?:error|ERR!) code (\w+)/.exec(output)?.[1] ?? '';
	if (UNREACHABLE.test(output)) {
		const remedy = 'Check the network, or set a mirror: npm config set registry ADDRESS';
		return `The npm registry cannot be reached${code && ` (${code})`}. ${remedy}`;
	}
	const refused = `The npm registry refuses access (${code}). Check its settings: npm config list`;
	return /** @type {Record<string, string | undefined>} */ ({
		ENOSPC: 'The disk is full. Free some space: npm cache clean --force',
		EUSAGE: 'package.json and package-lock.json differ. Update the lock file: npm install --package-lock-only',
		EINTEGRITY: 'A package differs from its checksum in package-lock.json. Empty the cache: npm cache clean --force',
		E401: refused,
		E403: refused,
	})[code];
}

/**
 * Explains pip's failure in a sentence with a remedy; undefined where none is known.
 * @param {string} output
 * @param {string} python For example `Python 3.11.7 on linux x64`.
 */
export function explainPip(output, python) {
	if (PIP_UNREACHABLE.test(output)) {
		const remedy = 'Check the network, or set a mirror: pip config set global.index-url ADDRESS';
		return `The Python package index cannot be reached. ${remedy}`;
	}
	const missing = /No matching distribution found for (\S+)/.exec(output)?.[1];
	if (missing) return `${missing} has no wheel for ${python}. Use another Python: PYTHON=python3.12 npm run setup`;
	if (/No space left on device/.test(output)) return 'The disk is full. Free some space: python3 -m pip cache purge';
	return undefined;
}

/**
 * Runs a short request of a package manager.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function request(command, args, env) {
	const timeout = (ANSWER_SECONDS + 5) * 1000;
	const { status, stderr, error } = spawnSync(command, args, { cwd: ROOT, env, encoding: 'utf8', timeout });
	return { status, stderr: stderr ?? '', code: /** @type {NodeJS.ErrnoException | undefined} */ (error)?.code };
}

/**
 * Checks that the npm registry answers, as npm is configured.
 * @throws {Problem} If it does not.
 */
export function checkNpmRegistry() {
	if (process.env.npm_config_offline === 'true') return;
	const npm = npmCommand();
	const limits = ['--fetch-retries=0', `--fetch-timeout=${ANSWER_SECONDS * 1000}`];
	const { status, stderr, code } = request(
		npm.command,
		[...npm.args, 'view', 'tslab', 'version', ...limits],
		process.env,
	);
	if (status === 0) return;
	if (code === 'ENOENT') throw new Problem('npm was not found. Start the set-up with it: npm run setup');
	const lastLines = stderr.trim().split('\n').slice(-3).join(' ');
	const explained = explainNpm(code ? 'ETIMEDOUT' : stderr);
	throw new Problem(explained ?? `npm cannot reach its registry: ${lastLines}`);
}

/**
 * Checks that the Python package index answers, as pip is configured, and has TensorFlow for this Python.
 * @param {string} name The package.
 * @param {string} python The interpreter in words, for the message.
 * @throws {Problem} If it does not.
 */
export function checkPythonIndex(name, python) {
	const limits = ['--retries', '0', '--timeout', String(ANSWER_SECONDS), '--disable-pip-version-check', '--no-input'];
	const args = ['-m', 'pip', 'index', 'versions', name, ...limits];
	const { status, stderr, code } = request(VENV_PYTHON, args, pythonEnvironment());
	// An old pip has no `index`: the installation itself shows the failure then.
	if (status === 0 || /unknown command/.test(stderr)) return;
	const explained = explainPip(code ? 'ConnectTimeout' : stderr, python);
	if (explained) throw new Problem(explained);
}
