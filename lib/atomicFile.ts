import { open, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { DataError } from './errors';
import { formatMegabytes } from './format';

/**
 * Writes a file atomically: under another name, flushed to disk, then renamed. After an error the old file remains.
 * @throws {DataError} If the disk or the user's quota is full; other errors are the file system's own.
 */
export async function writeFileAtomically(path: string, content: string | readonly Uint8Array[]): Promise<void> {
	const parts = typeof content === 'string' ? [Buffer.from(content)] : content;
	const partial = `${path}.${process.pid}.part`;
	try {
		const file = await open(partial, 'w');
		try {
			for (const part of parts) await file.writeFile(part);
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(partial, path);
	} catch (error) {
		// On a read-only disk this fails too; the reason is the first error.
		await rm(partial, { force: true }).catch(() => {});
		const bytes = parts.reduce((sum, { length }) => sum + length, 0);
		throw isFullDisk(error) ? fullDisk(path, bytes) : error;
	}
}

/** Whether the disk or the user's quota is full. */
export function isFullDisk(error: unknown): boolean {
	return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** The error for a file of some bytes that does not fit on the disk. */
export function fullDisk(path: string, bytes: number, found = 'a full disk'): DataError {
	const remedy = 'Free some space and repeat the same command: everything written before, checkpoints too, is intact.';
	return new DataError(`room for ${formatMegabytes(bytes)}`, `the folder of ${basename(path)}`, found, remedy);
}
