// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { LOGS, ROOT, TFJS_NODE } from './paths.mjs';
import { stepFailed } from './problem.mjs';
import { runLogged } from './processes.mjs';
import { explainNpm, npmCommand } from './registry.mjs';
import { hashInputs, isStamped, writeStamp } from './stamp.mjs';

const LOCK = path.join(ROOT, 'package-lock.json');
/** In node_modules, so that `npm ci` or a deletion by hand takes the stamp along. */
const STAMP = path.join(ROOT, 'node_modules', '.cache', 'fer', 'packages.json');

/**
 * Installs the npm packages of package-lock.json.
 * @returns {import('./steps.mjs').Step}
 */
export function npmStep() {
	const hash = () => hashInputs({ root: ROOT, files: [LOCK], values: [process.platform, process.arch] });
	const outputs = [path.join(ROOT, 'node_modules', 'tslab', 'bin', 'tslab'), path.join(TFJS_NODE, 'binding')];
	return {
		name: 'npm',
		title: 'npm packages',
		after: [],
		needs: ['disk', 'npmRegistry'],
		isCurrent: () => isStamped(STAMP, hash(), outputs),
		async run(task) {
			const began = hash();
			const logFile = path.join(LOGS, 'npm.log');
			const npm = npmCommand();
			// tfjs-node-gpu's own install script downloads another TensorFlow, so no package's scripts run.
			const options = ['--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
			const result = await runLogged(npm.command, [...npm.args, 'ci', ...options, '--loglevel=http'], {
				cwd: ROOT,
				logFile,
				onLine: countFetches(task),
			});
			if (result.code !== 0) stepFailed('npm ci', result, logFile, explainNpm(result.output));
			writeStamp(STAMP, { hash: began });
		},
	};
}

/**
 * Shows how many packages have come. Those of other platforms are in the lock too, so it ends below the total.
 * @param {import('./terminal.mjs').Task} task
 * @returns {(line: string) => void}
 */
function countFetches(task) {
	const total = fs.readFileSync(LOCK, 'utf8').match(/^\s*"node_modules\//gm)?.length ?? 0;
	let fetched = 0;
	return (line) => {
		if (/http (fetch GET 200|cache) \S+\.tgz/.test(line)) task.update(`${++fetched} of at most ${total}`);
	};
}
