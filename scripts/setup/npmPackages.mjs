// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { CACHE, LOGS, ROOT, TFJS_NODE } from './paths.mjs';
import { stepFailed } from './problem.mjs';
import { runLogged } from './processes.mjs';
import { explainNpm, npmCommand } from './registry.mjs';
import { hashInputs, stampedStep } from './stamp.mjs';

const LOCK = path.join(ROOT, 'package-lock.json');

/** Makes the step that installs the npm packages of package-lock.json. */
export function npmStep() {
	return stampedStep({
		name: 'npm',
		title: 'npm packages',
		needs: ['disk', 'npmRegistry'],
		// In node_modules, so that `npm ci` or a deletion by hand removes the stamp too.
		stamp: path.join(CACHE, 'packages.json'),
		hash: () => hashInputs([LOCK], [process.platform, process.arch]),
		outputs: () => [path.join(ROOT, 'node_modules', 'tslab', 'bin', 'tslab'), path.join(TFJS_NODE, 'binding')],
		async run(task) {
			// The lock also lists the packages of other platforms.
			const total = fs.readFileSync(LOCK, 'utf8').match(/^\s*"node_modules\//gm)?.length ?? 0;
			let fetched = 0;
			const onLine = (/** @type {string} */ line) => {
				if (/http (fetch GET 200|cache) \S+\.tgz/.test(line)) task.update(`${++fetched} of at most ${total}`);
			};
			const logFile = path.join(LOGS, 'npm.log');
			const npm = npmCommand();
			// tfjs-node-gpu's own install script downloads another TensorFlow, so no package's scripts run.
			const options = ['--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
			const args = [...npm.args, 'ci', ...options, '--loglevel=http'];
			const result = await runLogged(npm.command, args, { cwd: ROOT, logFile, onLine });
			if (result.code !== 0) throw stepFailed('npm ci', result, logFile, explainNpm(result.output));
		},
	});
}
