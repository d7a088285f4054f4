import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { DataError } from './errors';

/** The folder of a file for messages: from `runs/` or `models/` on, without the folders of this machine above them. */
export function folderOf(path: string): string {
	const folder = dirname(path);
	return `the folder ${/(?:(?:runs|models)[\\/].+|[^\\/]+[\\/][^\\/]+)$/.exec(folder)?.[0] ?? folder}`;
}

/** What was found instead of a file, by the file system's code. */
const FOUND: Readonly<Record<string, string>> = {
	ENOTDIR: 'a file in place of that folder',
	EISDIR: 'a folder of that name',
	EACCES: 'a file that may not be read',
};

/**
 * Reads a file of a model or a run.
 * @param remedy One sentence on what to do if there is none.
 * @throws {DataError} If it cannot be read; the error names the file and its folder.
 */
export async function readStoredFile(path: string, remedy: string): Promise<Buffer<ArrayBuffer>> {
	try {
		return await readFile(path);
	} catch (error) {
		const { message, code = '' } = error as NodeJS.ErrnoException;
		const missing = existsSync(dirname(path)) ? 'no such file' : 'no such folder';
		const found = code === 'ENOENT' ? missing : (FOUND[code] ?? message);
		throw new DataError(basename(path), folderOf(path), found, remedy);
	}
}
