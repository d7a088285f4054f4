import { open, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { DataError } from './errors';

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
		if (!['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
		const megabytes = parts.reduce((sum, { length }) => sum + length, 0) / 1e6;
		const [expected, folder] = [`room for ${megabytes.toFixed(1)} MB`, `the folder of ${basename(path)}`];
		const remedy =
			'Free some space and repeat the same command: everything written before, checkpoints too, is intact.';
		throw new DataError(expected, folder, 'a full disk', remedy);
	}
}
