import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '../atomicFile';
import { type Config, checkConfig } from '../config';
import { DataError } from '../errors';
import { isGroup } from '../profiles';
import { readConfig, readProtocol } from '../storedConfig';
import { folderOf, readStoredFile } from '../storedFile';
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

/** Describes this machine: processor, graphics card if it is in use, and versions of Node, tfjs and the native TensorFlow (absent in older files). */
export function machine() {
	const processors = cpus();
	const { binding, device } = tf.backend() as {
		readonly binding?: { readonly TF_Version?: string };
		readonly device?: { readonly adapterInfo: { readonly description: string } };
	};
	return {
		cpu: processors[0]?.model.trim() ?? 'unknown',
		cores: processors.length,
		node: process.version,
		tfjs: tf.version['tfjs-core'],
		...(device && { graphicsCard: device.adapterInfo.description }),
		// Absent from tfjs's own backends.
		...(binding?.TF_Version && { tensorflow: binding.TF_Version }),
	};
}

/** What to do if a run's results cannot be read. */
export const FINISH_RUN = 'Run the notebook or npx fer train to its end first, or name the folder of a finished run.';

/**
 * Reads `metrics.json` of a run, of its folder `model` or of a published model.
 * @throws {DataError} If the file is missing or damaged, or lacks a field that every use of a model needs.
 * @example
 * ```ts
 * const { accuracy, tta } = await fer.readMetrics(run.folder);
 * tta.accuracy; // with test-time augmentation
 * ```
 */
export async function readMetrics(folder: string): Promise<Metrics> {
	const path = join(folder, 'metrics.json');
	const metrics = await readStored<Metrics>(path, FINISH_RUN, METRICS_FIELDS);
	checkStoredConfig(metrics.config, path);
	return metrics;
}

/** Returns metrics for use elsewhere: without the folders of this machine, in which data and weights are. */
export function withoutFolders(metrics: Metrics): Metrics {
	const { data, weights } = metrics.config;
	return { ...metrics, config: { ...metrics.config, data: basename(data), weights: basename(weights) } };
}

/** What every use of a model needs: how its images are prepared, and on which data it was trained. */
const METRICS_FIELDS: NeededFields = {
	'config.seed': 'number',
	'config.protocol': 'string',
	'config.backbone': 'string',
	'config.imageSize': 'number',
	'config.tta.views': 'string',
	'config.tta.average': 'string',
	'dataset.name': 'string',
	'dataset.drawn': 'boolean',
	'dataset.fingerprint': 'string',
};

/** Checks the settings that every use of a model needs. Others may have had other ranges in older versions. */
function checkStoredConfig({ seed, protocol, imageSize, tta }: Config, path: string): void {
	try {
		checkConfig({ seed, protocol, imageSize, tta });
	} catch (error) {
		const [, expected, name, received] =
			/^Expected (.+) for (config\S*) but received (.+?)\.(?: |$)/s.exec((error as Error).message) ?? [];
		const place = `${basename(path)} of ${folderOf(path)}`;
		throw new DataError(`${expected} for ${name}`, place, received, FINISH_RUN);
	}
}

export function writeMetrics(folder: string, metrics: Metrics): Promise<void> {
	return writeJson(join(folder, 'metrics.json'), metrics);
}

/** The types of fields that a stored file must have, by their paths: `{ 'config.tta.views': 'string' }`. */
export type NeededFields = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'object'>>;

/**
 * Reads results stored as JSON by this version or an older one.
 * @param remedy One sentence on what to do if that fails.
 * @throws {DataError} If the file is missing or damaged, or lacks one of the fields.
 */
export async function readStored<T>(path: string, remedy: string, needed: NeededFields = {}): Promise<T> {
	const text = (await readStoredFile(path, remedy)).toString();
	const refuse = (expected: string, received: string) =>
		new DataError(expected, `${basename(path)} of ${folderOf(path)}`, received, remedy);
	let raw: unknown;
	try {
		raw = JSON.parse(text);
	} catch {
		const end = text.trimEnd().slice(-20).replaceAll(/\s+/g, ' ');
		throw refuse('JSON', text.trim() === '' ? 'an empty file' : `a damaged file that ends with ${JSON.stringify(end)}`);
	}
	if (!isGroup(raw)) throw refuse('an object', `a damaged file with ${Array.isArray(raw) ? 'a list' : String(raw)}`);
	for (const [name, type] of Object.entries(needed)) {
		const value = name.split('.').reduce<unknown>((all, key) => (isGroup(all) ? all[key] : undefined), raw);
		if (typeof value === type && value !== null) continue;
		throw refuse(`the field ${name} (${type})`, value === undefined ? 'none' : JSON.stringify(value).slice(0, 60));
	}
	return JSON.parse(text, current);
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
