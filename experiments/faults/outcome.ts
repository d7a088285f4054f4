import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { latestCheckpoint } from '../../lib/training/checkpoint';
import { type Phase, runFolder } from './training';

/** Fields in which two runs with the same settings may differ, besides the run's name. */
const OWN = new Set(['seconds', 'imagesPerSecond']);

/** The results of a run by name, as texts that are equal if all bits are. */
export type Outcome = Readonly<Record<string, string>>;

const textOf = (value: unknown) => JSON.stringify(value, (key, each) => (OWN.has(key) ? undefined : each));

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Reads the results of a finished run. */
export async function readOutcome(name: string): Promise<Outcome> {
	const folder = runFolder(name);
	const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
	const results = read('results.json');
	const { name: _, ...metrics } = read('metrics.json');
	return {
		'the history of phase 1': textOf(results.phase1.history),
		'the history of phase 2': textOf(results.phase2.history),
		'the metrics': textOf(metrics),
		'the probabilities': results.probabilities,
		'the mistakes': textOf(results.mistakes),
		'the saved weights': hashOf(readFileSync(join(folder, 'model', 'weights.bin'))),
		...(await lastCheckpoint(name, 1)),
		...(await lastCheckpoint(name, 2)),
	};
}

/** Describes the newest checkpoint of a phase: header and each vector. */
async function lastCheckpoint(name: string, phase: Phase): Promise<Outcome> {
	const checkpoint = await latestCheckpoint(join(runFolder(name), `phase${phase}`));
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
 * Compares two runs.
 * @returns How many results are equal.
 * @throws {Error} If they differ; the message lists in what.
 */
export function checkEqual(expected: Outcome, received: Outcome) {
	const names = [...new Set([...Object.keys(expected), ...Object.keys(received)])];
	const different = names.filter((name) => expected[name] !== received[name]);
	if (different.length > 0) throw new Error(`Differs from the unbroken run: ${different.join(', ')}`);
	return { equal: true, compared: Object.keys(expected).length };
}
