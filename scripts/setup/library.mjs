// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { LOGS, ROOT } from './paths.mjs';
import { Problem } from './problem.mjs';
import { runLogged } from './processes.mjs';
import { hashInputs, isStamped, writeStamp } from './stamp.mjs';

const DIST = path.join(ROOT, 'dist');
const STAMP = path.join(DIST, '.stamp.json');
/** What is compiled. */
const SOURCES = ['lib', 'cli', 'experiments', 'bench'];
const TYPESCRIPT = path.join(ROOT, 'node_modules', 'typescript');

/** @returns {import('./steps.mjs').Step} */
export function libraryStep() {
	const hash = () =>
		hashInputs({
			root: ROOT,
			files: [...SOURCES, 'tsconfig.json', 'node_modules/typescript/package.json'].map((name) => path.join(ROOT, name)),
		});
	return {
		name: 'library',
		title: 'lib/ compiled to dist/',
		after: ['npm'],
		needs: [],
		isCurrent: () => isStamped(STAMP, hash(), [DIST]),
		async run() {
			const stamp = { hash: hash() };
			const fresh = path.join(ROOT, 'node_modules', '.cache', 'fer', `dist-${process.pid}`);
			const logFile = path.join(LOGS, 'tsc.log');
			const tsc = path.join(TYPESCRIPT, 'bin', 'tsc');
			const args = [tsc, '--project', path.join(ROOT, 'tsconfig.json'), '--outDir', fresh, '--noEmitOnError'];
			const result = await runLogged(process.execPath, args, { cwd: ROOT, logFile });
			try {
				if (result.code !== 0) {
					const lines = result.output.trim().split('\n').slice(0, 15).join('\n');
					throw new Problem(
						`lib/ does not compile. Mend these, or take it back from git (git checkout lib):\n${lines}`,
					);
				}
				// Swapped whole: nothing of a removed source stays, and no half-written library is ever seen.
				const old = `${fresh}-old`;
				if (fs.existsSync(DIST)) fs.renameSync(DIST, old);
				fs.renameSync(fresh, DIST);
				fs.rmSync(old, { recursive: true, force: true });
			} finally {
				fs.rmSync(fresh, { recursive: true, force: true });
			}
			writeStamp(STAMP, stamp);
		},
	};
}
