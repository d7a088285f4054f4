// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { ROOT, VENV } from './paths.mjs';

/**
 * Makes the step that writes Jupyter's kernel: this folder's tslab, run by this Node. Its name is tslab's own, so that the
 * notebooks also run where tslab is installed.
 * @returns {import('./stamp.mjs').Step}
 */
export function kernelStep() {
	const file = path.join(VENV, 'share', 'jupyter', 'kernels', 'tslab', 'kernel.json');
	const tslab = path.join(ROOT, 'node_modules', 'tslab', 'bin', 'tslab');
	const specification = {
		argv: [process.execPath, tslab, 'kernel', '--config-path', '{connection_file}'],
		display_name: 'TypeScript',
		language: 'typescript',
		// No start-up notes of TensorFlow's native library in the notebook; and large pages, which make training faster
		// (docs/engine.md). Other C libraries than glibc ignore the second.
		env: { TF_CPP_MIN_LOG_LEVEL: '2', GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' },
	};
	const content = `${JSON.stringify(specification, null, 2)}\n`;
	return {
		name: 'kernel',
		title: 'TypeScript kernel for Jupyter',
		after: ['venv'],
		// By content: a moved clone or another Node writes it again.
		isCurrent: () => fs.existsSync(file) && fs.readFileSync(file, 'utf8') === content,
		async run() {
			fs.mkdirSync(path.dirname(file), { recursive: true });
			fs.writeFileSync(file, content);
		},
	};
}

/**
 * Makes the step that links the launcher, so that `npx fer` runs this clone's program.
 * @returns {import('./stamp.mjs').Step}
 */
export function launcherStep() {
	const link = path.join(ROOT, 'node_modules', '.bin', 'fer');
	const target = path.join('..', '..', 'scripts', 'fer.mjs');
	return {
		name: 'launcher',
		title: 'Command npx fer',
		after: ['npm'],
		isCurrent: () => fs.lstatSync(link, { throwIfNoEntry: false }) !== undefined && fs.readlinkSync(link) === target,
		async run() {
			fs.mkdirSync(path.dirname(link), { recursive: true });
			fs.rmSync(link, { force: true });
			fs.symlinkSync(target, link);
		},
	};
}
