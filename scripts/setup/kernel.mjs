// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { ROOT, VENV } from './paths.mjs';

/** The name by which notebooks ask for the kernel: tslab's own, so that they also run where tslab is installed. */
export const KERNEL_NAME = 'tslab';

/**
 * Writes what Jupyter has to know of the kernel: this folder's tslab, run by the Node that runs the set-up.
 * @param {{root: string, node: string}} places
 */
function kernelSpec({ root, node }) {
	const tslab = path.join(root, 'node_modules', 'tslab', 'bin', 'tslab');
	return {
		argv: [node, tslab, 'kernel', '--config-path', '{connection_file}'],
		display_name: 'TypeScript',
		language: 'typescript',
		// TensorFlow's C++ part writes its start-up notes to the terminal otherwise.
		env: { TF_CPP_MIN_LOG_LEVEL: '2' },
	};
}

/** @returns {import('./steps.mjs').Step} */
export function kernelStep() {
	const file = path.join(VENV, 'share', 'jupyter', 'kernels', KERNEL_NAME, 'kernel.json');
	const content = `${JSON.stringify(kernelSpec({ root: ROOT, node: process.execPath }), null, 2)}\n`;
	return {
		name: 'kernel',
		title: 'TypeScript kernel for Jupyter',
		after: ['venv'],
		needs: [],
		// By content: a moved clone or another Node writes it anew.
		isCurrent: () => fs.existsSync(file) && fs.readFileSync(file, 'utf8') === content,
		async run() {
			fs.mkdirSync(path.dirname(file), { recursive: true });
			fs.writeFileSync(file, content);
		},
	};
}
