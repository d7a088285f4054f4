import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { LOGS, PROJECT_FOLDER } from '../projectFolder';
import { runOrFail } from '../runProgram';

const TSC = join(PROJECT_FOLDER, 'node_modules', 'typescript', 'bin', 'tsc');
/** As in package/package.json: TypeScript treats the types for `import` and `require` as different modules. */
const KINDS = [
	{ name: 'types', type: 'module' },
	{ name: 'types-cjs', type: 'commonjs' },
];

/** Writes the package's type declarations. */
export async function writeTypes(folder: string): Promise<void> {
	const all = join(folder, 'all-types');
	const args = [TSC, '--project', join(PROJECT_FOLDER, 'package'), '--outDir', all];
	await runOrFail(process.execPath, args, { cwd: PROJECT_FOLDER, logFile: join(LOGS, 'package-tsc.log') });
	const files = reachable(['node.d.ts', 'browser.d.ts'].map((name) => join(all, 'package', 'src', name)));
	for (const { name, type } of KINDS) {
		for (const file of files) {
			const target = join(folder, name, relative(all, file));
			mkdirSync(dirname(target), { recursive: true });
			copyFileSync(file, target);
		}
		writeFileSync(join(folder, name, 'package.json'), `${JSON.stringify({ type })}\n`);
	}
	rmSync(all, { recursive: true });
}

/** Lists declaration files and everything that they import, which is little of what lib/ declares. */
function reachable(entries: readonly string[]): Set<string> {
	const found = new Set(entries);
	for (const file of found) {
		for (const [, name] of readFileSync(file, 'utf8').matchAll(/(?:from|import)[ (]'(\.[^']+)\.js'/g)) {
			found.add(resolve(dirname(file), `${name}.d.ts`));
		}
	}
	return found;
}
