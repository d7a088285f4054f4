import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { writeFileAtomically } from '../atomicFile';
import { DataError } from '../errors';
import { readConfig, readProtocol } from '../storedConfig';

/** Maps a field of an older file to its name and value of today. */
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

/**
 * Reads results that were stored as JSON, by this version or an older one.
 * @param remedy One sentence of what to do if the file cannot be read.
 * @throws {DataError} If the file is missing or damaged.
 */
export async function readStored<T>(path: string, remedy: string): Promise<T> {
	try {
		return JSON.parse(await readFile(path, 'utf8'), current) as T;
	} catch (error) {
		const { message, code } = error as NodeJS.ErrnoException;
		const found = error instanceof SyntaxError ? `a damaged file (${message})` : message;
		const place = `the folder ${dirname(path).split(/[\\/]/).slice(-2).join('/')}`;
		throw new DataError(basename(path), place, code === 'ENOENT' ? 'no such file' : found, remedy);
	}
}

/** Writes a value as JSON, indented by tabs; a reader sees the old file or the whole new one. */
export async function writeJson(path: string, value: object): Promise<void> {
	await writeFileAtomically(path, `${JSON.stringify(value, null, '\t')}\n`);
}
