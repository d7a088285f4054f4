import { open, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { DataError } from './errors';

/**
 * Writes a file beside its place, flushes it to disk and renames it: a reader sees the old file or the whole new one.
 * @throws {DataError} If the disk is full, or the file system's own error, such as no permission. The old file stays, and
 *   nothing is left beside it.
 */
export async function writeFileAtomically(path: string, parts: string | readonly Uint8Array[]): Promise<void> {
	const beside = `${path}.${process.pid}.part`;
	try {
		const file = await open(beside, 'w');
		try {
			if (typeof parts === 'string') await file.writeFile(parts);
			else for (const part of parts) await file.writeFile(part);
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(beside, path);
	} catch (error) {
		await rm(beside, { force: true });
		if (isFull(error)) {
			const bytes =
				typeof parts === 'string' ? Buffer.byteLength(parts) : parts.reduce((sum, { length }) => sum + length, 0);
			const remedy =
				'Free some space and start it again as it was: what was written before, checkpoints too, is intact.';
			const place = `the folder of ${basename(path)}`;
			throw new DataError(`room for ${(bytes / 1e6).toFixed(1)} MB`, place, 'a full disk', remedy);
		}
		throw error;
	}
}

/** Whether no room is left on the disk, or in what the user may have of it. */
function isFull(error: unknown): boolean {
	return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
}
