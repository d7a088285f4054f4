// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { CACHE, ROOT } from './paths.mjs';
import { runStep } from './processes.mjs';
import { hashInputs, stampedStep } from './stamp.mjs';

const DIST = path.join(ROOT, 'dist');
const TYPESCRIPT = path.join(ROOT, 'node_modules', 'typescript');
const PROJECT = path.join(ROOT, 'tsconfig.json');
const INPUTS = ['lib', 'cli', 'experiments', 'bench'].map((name) => path.join(ROOT, name));

/** @param {string} output */
function explainErrors(output) {
	const errors = output.trim().split('\n').slice(0, 15).join('\n');
	return `The TypeScript does not compile. Fix these errors, or undo your changes with git:\n${errors}`;
}

/** Makes the step that compiles TypeScript. */
export function libraryStep() {
	return stampedStep({
		name: 'library',
		title: 'TypeScript compiled to dist/',
		after: ['npm'],
		stamp: path.join(DIST, '.stamp.json'),
		hash: () => hashInputs([...INPUTS, PROJECT, path.join(TYPESCRIPT, 'package.json')]),
		outputs: () => [DIST],
		async run() {
			const fresh = path.join(CACHE, `dist-${process.pid}`);
			const tsc = path.join(TYPESCRIPT, 'bin', 'tsc');
			const args = [tsc, '--project', PROJECT, '--outDir', fresh, '--noEmitOnError'];
			try {
				await runStep('tsc', process.execPath, args, { explain: explainErrors });
				// Replaced as a whole: no output of a removed source stays, and no program sees half of it.
				const old = `${fresh}-old`;
				if (fs.existsSync(DIST)) fs.renameSync(DIST, old);
				fs.renameSync(fresh, DIST);
				fs.rmSync(old, { recursive: true, force: true });
			} finally {
				fs.rmSync(fresh, { recursive: true, force: true });
			}
		},
	});
}
