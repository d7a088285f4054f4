// @ts-check
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { BOXES, wavyPhoto } from './expected.mjs';

/**
 * @typedef {{backend: string, network?: 'default' | 'small', bits?: 8 | 16, tta?: boolean, attention?: boolean,
 * folder?: string}} Options
 */

/** The photo and its boxes, as programs and pages receive them: pixels in base64. */
export function givenPhoto() {
	const { pixels, ...photo } = wavyPhoto();
	return { ...photo, pixels: Buffer.from(pixels).toString('base64'), boxes: BOXES };
}

/**
 * Runs a program of programs/ on the photo and its boxes; returns what it prints.
 * @param {readonly string[]} command What runs it, and the program.
 * @param {string} folder Of the project.
 * @param {Options} options
 */
export function runProgram([file, ...args], folder, { backend, ...options }) {
	const input = JSON.stringify({ ...givenPhoto(), ...options });
	const result = spawnSync(file, [...args, backend], { cwd: folder, input, encoding: 'utf8' });
	assert.equal(result.status, 0, result.stderr || String(result.error));
	return JSON.parse(result.stdout);
}
