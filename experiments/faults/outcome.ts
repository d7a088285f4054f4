// @ts-check
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { runFolder } from './trainCommand.mjs';

/** Fields that two runs of the same settings may differ in: what the clock says, and the run's name. */
const OWN = new Set(['seconds', 'imagesPerSecond', 'profile']);

/** @typedef {Record<string, string>} Outcome What a run has come to, by name, as text that is the same if all bits are. */

/** @param {unknown} value */
const textOf = (value) => JSON.stringify(value, (key, each) => (OWN.has(key) ? undefined : each));

/** @param {Uint8Array} bytes */
const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex');

/**
 * Reads what a finished run has come to.
 * @param {string} name
 * @returns {Promise<Outcome>}
 */
export async function readOutcome(name) {
	const folder = runFolder(name);
	const results = JSON.parse(fs.readFileSync(path.join(folder, 'results.json'), 'utf8'));
	const checkpoints = [await lastCheckpoint(name, 1), await lastCheckpoint(name, 2)];
	return {
		'the history of phase 1': textOf(results.phase1.history),
		'the history of phase 2': textOf(results.phase2.history),
		'the metrics': textOf(JSON.parse(fs.readFileSync(path.join(folder, 'metrics.json'), 'utf8'))),
		'the probabilities': results.probabilities,
		'the mistakes': textOf(results.mistakes),
		'the saved weights': hashOf(fs.readFileSync(path.join(folder, 'model', 'weights.bin'))),
		...Object.assign({}, ...checkpoints),
	};
}

/**
 * Describes the newest checkpoint of a phase: key, progress and each vector.
 * @param {string} name
 * @param {import('./trainCommand.mjs').Phase} phase
 * @returns {Promise<Outcome>}
 */
async function lastCheckpoint(name, phase) {
	const { latestCheckpoint } = await import('../../dist/lib/training/checkpoint.js');
	const checkpoint = await latestCheckpoint(path.join(runFolder(name), `phase${phase}`));
	if (!checkpoint) return {};
	const vectors = Object.entries(checkpoint.vectors).map(([vector, { buffer, byteOffset, byteLength }]) => [
		`${vector} in the checkpoint of phase ${phase}`,
		hashOf(new Uint8Array(buffer, byteOffset, byteLength)),
	]);
	return {
		[`the header of the checkpoint of phase ${phase}`]: textOf(checkpoint.header),
		...Object.fromEntries(vectors),
	};
}

/**
 * Lists what differs between two runs.
 * @param {Outcome} expected
 * @param {Outcome} received
 */
export function differences(expected, received) {
	const names = new Set([...Object.keys(expected), ...Object.keys(received)]);
	return [...names].filter((name) => expected[name] !== received[name]);
}
