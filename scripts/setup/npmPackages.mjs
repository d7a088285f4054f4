// @ts-check
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT, TFJS_NODE } from './paths.mjs';
import { Problem } from './problem.mjs';
import { runStep } from './processes.mjs';
import { hashInputs, stampedStep } from './stamp.mjs';

/** Seconds after which a registry that does not answer counts as unreachable. */
export const ANSWER_SECONDS = 10;

const UNREACHABLE =
	/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET|network timeout|self.signed|unable to get local issuer/i;

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

/** Checks that the npm registry answers, as npm is configured. */
export function checkNpmRegistry() {
	if (process.env.npm_config_offline === 'true') return;
	const npm = npmCommand();
	const limits = ['--fetch-retries=0', `--fetch-timeout=${ANSWER_SECONDS * 1000}`];
	const args = [...npm.args, 'view', 'tslab', 'version', ...limits];
	const timeout = (ANSWER_SECONDS + 5) * 1000;
	const { status, stderr, error } = spawnSync(npm.command, args, { cwd: ROOT, encoding: 'utf8', timeout });
	if (status === 0) return;
	if (error && 'code' in error && error.code === 'ENOENT') {
		throw new Problem('npm was not found. Start the set-up with it: npm run setup');
	}
	const lastLines = (stderr ?? '').trim().split('\n').slice(-3).join(' ');
	throw new Problem(explainNpm(error ? 'ETIMEDOUT' : stderr) ?? `npm cannot reach its registry: ${lastLines}`);
}

/** Makes the step that installs the npm packages of package-lock.json. */
export function npmStep() {
	const outputs = () => [path.join(ROOT, 'node_modules', 'tslab', 'bin', 'tslab'), path.join(TFJS_NODE, 'binding')];
	return packagesStep({ name: 'npm', title: 'npm packages', folder: ROOT, outputs });
}

/**
 * Makes the step that installs the packages of a folder's package-lock.json.
 * @param {{name: string, title: string, folder: string, outputs?: () => readonly string[]}} options `outputs` are files that
 *   must exist afterwards. Default none.
 */
export function packagesStep({ name, title, folder, outputs = () => [] }) {
	const lock = path.join(folder, 'package-lock.json');
	return stampedStep({
		name,
		title,
		needs: ['disk', 'npmRegistry'],
		// In node_modules, so that `npm ci` or a deletion by hand removes the stamp too.
		stamp: path.join(folder, 'node_modules', '.cache', 'fer', 'packages.json'),
		hash: () => hashInputs([lock], [process.platform, process.arch]),
		outputs,
		async run(task) {
			// The lock also lists the packages of other platforms.
			const total = fs.readFileSync(lock, 'utf8').match(/^\s*"node_modules\//gm)?.length ?? 0;
			let fetched = 0;
			const onLine = (/** @type {string} */ line) => {
				if (/http (fetch GET 200|cache) \S+\.tgz/.test(line)) task.update(`${++fetched} of at most ${total}`);
			};
			const npm = npmCommand();
			// tfjs-node-gpu's own install script downloads another TensorFlow, so no package's scripts run.
			const options = ['--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
			const args = [...npm.args, 'ci', ...options, '--loglevel=http', `--prefix=${folder}`];
			await runStep(name, npm.command, args, { onLine, explain: explainNpm });
		},
	});
}
