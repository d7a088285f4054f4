import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { writeFileAtomically } from '../atomicFile';
import type { Config } from '../config';
import { DataError } from '../errors';
import { readConfig, readProtocol } from '../storedConfig';
import { tf } from '../tensorflow/tf';
import type { Temperature } from './calibration';
import type { TestScores } from './evaluate';

/** The content of `metrics.json`: a run's scores and how it was trained. */
export interface Metrics extends TestScores {
	readonly name: string;
	/** The part that was scored; a trial does not use the test images. */
	readonly part: 'test' | 'validation';
	readonly epochs: Readonly<Record<'phase1' | 'phase2', number>>;
	readonly calibration?: Temperature;
	/** Training and validation time of both phases. */
	readonly seconds: number;
	readonly machine: ReturnType<typeof machine>;
	readonly config: Config;
}

/** Describes this machine: processor, and versions of Node, tfjs and the native TensorFlow (absent in older files). */
export function machine() {
	const processors = cpus();
	const { binding } = tf.backend() as { readonly binding?: { readonly TF_Version?: string } };
	return {
		cpu: processors[0]?.model.trim() ?? 'unknown',
		cores: processors.length,
		node: process.version,
		tfjs: tf.version['tfjs-core'],
		// Absent from tfjs's own backends.
		...(binding?.TF_Version && { tensorflow: binding.TF_Version }),
	};
}

/** What to do if a run's results cannot be read. */
export const FINISH_RUN = 'Run the notebook or npx fer train to its end first, or name the folder of a finished run.';

/**
 * Reads `metrics.json` of a run, of its folder `model` or of a published model.
 * @throws {DataError} If the file is missing or damaged.
 * @example
 * ```ts
 * const { accuracy, tta } = await fer.readMetrics(run.folder);
 * tta.accuracy; // with test-time augmentation
 * ```
 */
export function readMetrics(folder: string): Promise<Metrics> {
	return readStored(join(folder, 'metrics.json'), FINISH_RUN);
}

export function writeMetrics(folder: string, metrics: Metrics): Promise<void> {
	return writeJson(join(folder, 'metrics.json'), metrics);
}

/** Reads results stored as JSON by this version or an older one; if that fails, throws a DataError with the remedy. */
export async function readStored<T>(path: string, remedy: string): Promise<T> {
	try {
		const value: unknown = JSON.parse(await readFile(path, 'utf8'), current);
		if (typeof value !== 'object' || value === null)
			throw new SyntaxError(`${JSON.stringify(value)} instead of an object`);
		return value as T;
	} catch (error) {
		const { message, code } = error as NodeJS.ErrnoException;
		const found = error instanceof SyntaxError ? `a damaged file (${message})` : message;
		// From runs/ or models/ on, without the folders of this machine above them.
		const place = `the folder ${/(?:(?:runs|models)[\\/].+|[^\\/]+[\\/][^\\/]+)$/.exec(dirname(path))?.[0] ?? dirname(path)}`;
		throw new DataError(basename(path), place, code === 'ENOENT' ? 'no such file' : found, remedy);
	}
}

/** Updates a field of an older file to its current name and value. */
function current(key: string, value: unknown): unknown {
	if (key === 'protocol') return readProtocol(value);
	if (typeof value !== 'object' || value === null) return value;
	if (key === 'config') return readConfig(value).config;
	const { profile, tensorflow, ...others } = value as Readonly<Record<string, unknown>>;
	if (profile !== undefined) return { name: profile, ...others };
	// The version of tfjs was stored as that of TensorFlow: `tfjs 4.22.0`.
	if (key === 'machine' && !others.tfjs) return { ...others, tfjs: String(tensorflow).replace('tfjs ', '') };
	return value;
}

/** Writes a value as JSON, indented by tabs; a reader sees the old file or the whole new one. */
export async function writeJson(path: string, value: object): Promise<void> {
	await writeFileAtomically(path, `${JSON.stringify(value, null, '\t')}\n`);
}
