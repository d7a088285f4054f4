import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file beside its place, flushes it to disk and renames it: a reader sees the old file or the whole new one.
 * @throws The file system's own error (disk full, no permission); the old file stays, and nothing is left beside it.
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
		throw error;
	}
}
