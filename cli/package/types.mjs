// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { LOGS, ROOT } from '../../scripts/setup/paths.mjs';
import { stepFailed } from '../../scripts/setup/problem.mjs';
import { runLogged } from '../../scripts/setup/processes.mjs';

const TSC = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
/** As in package/package.json: once for `import` and once for `require`, which TypeScript takes for different modules. */
const KINDS = /** @type {const} */ ([
	{ folder: 'types', type: 'module' },
	{ folder: 'types-cjs', type: 'commonjs' },
]);

/**
 * Writes the package's type declarations.
 * @param {string} folder
 */
export async function writeTypes(folder) {
	const all = path.join(folder, 'all-types');
	const logFile = path.join(LOGS, 'package-tsc.log');
	const args = [TSC, '--project', path.join(ROOT, 'package'), '--outDir', all];
	const result = await runLogged(process.execPath, args, { cwd: ROOT, logFile });
	if (result.code !== 0) stepFailed('tsc', result, logFile);
	const entries = ['node.d.ts', 'browser.d.ts'].map((name) => path.join(all, 'package', 'src', name));
	const files = reachable(entries);
	for (const { folder: name, type } of KINDS) {
		for (const file of files) {
			const target = path.join(folder, name, path.relative(all, file));
			fs.mkdirSync(path.dirname(target), { recursive: true });
			fs.copyFileSync(file, target);
		}
		fs.writeFileSync(path.join(folder, name, 'package.json'), `${JSON.stringify({ type })}\n`);
	}
	fs.rmSync(all, { recursive: true });
}

/**
 * Lists declaration files and all that they import; most of what lib/ declares is not among it.
 * @param {readonly string[]} entries
 */
function reachable(entries) {
	const found = new Set(entries);
	for (const file of found) {
		for (const [, name] of fs.readFileSync(file, 'utf8').matchAll(/(?:from|import)[ (]'(\.[^']+)\.js'/g)) {
			found.add(path.resolve(path.dirname(file), `${name}.d.ts`));
		}
	}
	return found;
}
