// @ts-check
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Problem } from './problem.mjs';

/** Seconds after which a registry that does not answer counts as unreachable. */
const ANSWER_SECONDS = 10;

const UNREACHABLE =
	/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET|network timeout|self.signed|unable to get local issuer/i;
const PIP_UNREACHABLE =
	/NewConnectionError|ConnectTimeout|ReadTimeout|NameResolutionError|Name or service not known|Temporary failure in name resolution|Connection refused|ProxyError|SSLError|Max retries exceeded|connection broken/i;

/** npm as it was started, else the one on the PATH. */
export function npmCommand(env = process.env) {
	const script = env.npm_execpath;
	return script && path.basename(script) === 'npm-cli.js' && fs.existsSync(script)
		? { command: process.execPath, args: [script] }
		: { command: 'npm', args: [] };
}

/**
 * Explains npm's failure in a sentence with a remedy, if it is one that a person can mend.
 * @param {string} output
 */
export function explainNpm(output) {
	const code = /npm (?:error|ERR!) code (\w+)/.exec(output)?.[1];
	if (UNREACHABLE.test(output)) {
		return `The npm registry cannot be reached${code ? ` (${code})` : ''}. Check the network, or name a mirror: npm config set registry <address>`;
	}
	if (code === 'ENOSPC') return 'The disk is full. Make room: npm cache clean --force';
	if (code === 'EUSAGE')
		return 'package.json and package-lock.json differ. Bring them together: npm install --package-lock-only';
	if (code === 'EINTEGRITY')
		return 'A package differs from its checksum in package-lock.json. Empty the cache: npm cache clean --force';
	if (code === 'E401' || code === 'E403')
		return `The npm registry refuses to answer (${code}). Look at its settings: npm config list`;
	return undefined;
}

/**
 * Explains pip's failure in a sentence with a remedy, if it is one that a person can mend.
 * @param {string} output
 * @param {string} python For example `Python 3.11.7 on linux x64`.
 */
export function explainPip(output, python) {
	if (PIP_UNREACHABLE.test(output)) {
		return 'The Python package index cannot be reached. Check the network, or name a mirror: pip config set global.index-url <address>';
	}
	const missing = /No matching distribution found for (\S+)/.exec(output)?.[1];
	if (missing) {
		return `${missing} has no wheel for ${python}. Use another Python: PYTHON=python3.12 npm run setup`;
	}
	if (/No space left on device/.test(output)) return 'The disk is full. Make room: python3 -m pip cache purge';
	return undefined;
}

/**
 * Asks the npm registry, as npm is configured, for one small answer.
 * @param {{cwd: string, env: NodeJS.ProcessEnv}} options
 * @throws {Problem} If no answer comes.
 */
export function checkNpmRegistry({ cwd, env }) {
	if (env.npm_config_offline === 'true') return;
	const npm = npmCommand(env);
	const limits = ['--fetch-retries=0', `--fetch-timeout=${ANSWER_SECONDS * 1000}`];
	const { status, stderr, error } = spawnSync(npm.command, [...npm.args, 'view', 'tslab', 'version', ...limits], {
		cwd,
		env,
		encoding: 'utf8',
		timeout: (ANSWER_SECONDS + 5) * 1000,
	});
	if (status === 0) return;
	if (error && 'code' in error && error.code === 'ENOENT') {
		throw new Problem('No npm was found. Start the set-up through it: npm run setup');
	}
	const lastWords = stderr?.trim().split('\n').slice(-3).join(' ') ?? '';
	const silent = `The npm registry gave no answer in ${ANSWER_SECONDS} seconds. Check the network, or name a mirror: npm config set registry <address>`;
	throw new Problem(error ? silent : (explainNpm(stderr) ?? `npm cannot ask its registry: ${lastWords}`));
}

/**
 * Asks the Python package index, as pip is configured, whether it has TensorFlow for this Python.
 * @param {object} options
 * @param {string} options.python The interpreter, with pip.
 * @param {string} options.name The package.
 * @param {string} options.description The interpreter in words, for the message.
 * @param {NodeJS.ProcessEnv} options.env
 * @throws {Problem} If no answer comes, or no wheel fits.
 */
export function checkPythonIndex({ python, name, description, env }) {
	const limits = ['--retries', '0', '--timeout', String(ANSWER_SECONDS), '--disable-pip-version-check', '--no-input'];
	const { status, stderr, error } = spawnSync(python, ['-m', 'pip', 'index', 'versions', name, ...limits], {
		env,
		encoding: 'utf8',
		timeout: (ANSWER_SECONDS + 5) * 1000,
	});
	// An old pip has no `index`: then the installation itself has to tell.
	if (status === 0 || /unknown command/.test(stderr ?? '')) return;
	if (error) throw new Problem(/** @type {string} */ (explainPip('ConnectTimeout', description)));
	const sentence = explainPip(stderr, description);
	if (sentence) throw new Problem(sentence);
}
