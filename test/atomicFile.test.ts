import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { writeFileAtomically } from '../lib/atomicFile';

describe('writeFileAtomically', () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'atomic-'));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	it('writes text, or parts one after the other, and replaces what is there', async () => {
		const path = join(folder, 'a b.bin');
		await writeFileAtomically(path, 'grün');
		assert.equal(readFileSync(path, 'utf8'), 'grün');
		const values = Uint8Array.of(9, 8, 7, 6, 5);
		await writeFileAtomically(path, [Uint8Array.of(1, 2), new Uint8Array(0), values.subarray(1, 3)]);
		assert.deepEqual([...readFileSync(path)], [1, 2, 8, 7]);
		await writeFileAtomically(path, []);
		assert.equal(readFileSync(path).length, 0);
		assert.deepEqual(readdirSync(folder), ['a b.bin']);
	});

	it('shows a reader the old file or the new one, never a half', async () => {
		const path = join(folder, 'file');
		const contents = [1, 2].map((value) => new Uint8Array(value * 200_000).fill(value));
		await writeFileAtomically(path, [contents[0]]);
		let writing = true;
		const seen = new Set<number>();
		const reader = (async () => {
			while (writing) {
				const bytes = await readFile(path);
				const whole = bytes.length === bytes[0] * 200_000 && bytes.every((byte) => byte === bytes[0]);
				assert.ok(whole, `${bytes.length} bytes that begin with ${bytes[0]}`);
				seen.add(bytes[0]);
			}
		})();
		const writer = (async () => {
			// In pieces, so that there is much to come between.
			const pieces = (bytes: Uint8Array) =>
				Array.from({ length: 20 }, (_, i) => bytes.subarray((i * bytes.length) / 20, ((i + 1) * bytes.length) / 20));
			for (let i = 0; i < 20; i++) await writeFileAtomically(path, pieces(contents[i % 2]));
			writing = false;
		})();
		await Promise.all([reader, writer]);
		assert.equal(seen.size, 2);
	});

	it('leaves nothing beside the file, and the old file, where a part cannot be written', async () => {
		const path = join(folder, 'file');
		writeFileSync(path, 'old');
		const parts = [Uint8Array.of(1), 5 as unknown as Uint8Array];
		await assert.rejects(writeFileAtomically(path, parts), { code: 'ERR_INVALID_ARG_TYPE' });
		assert.deepEqual(readdirSync(folder), ['file']);
		assert.equal(readFileSync(path, 'utf8'), 'old');
	});

	it('leaves nothing where its place is taken by a folder, or its folder is missing', async () => {
		mkdirSync(join(folder, 'taken', 'inner'), { recursive: true });
		await assert.rejects(writeFileAtomically(join(folder, 'taken'), 'x'), { code: 'EISDIR' });
		await assert.rejects(writeFileAtomically(join(folder, 'missing', 'file'), 'x'), { code: 'ENOENT' });
		assert.deepEqual(readdirSync(folder), ['taken']);
	});

	it('leaves the old file where the folder cannot be written to', async (context) => {
		// Windows has neither users by number nor modes of folders.
		if (!process.geteuid || !process.seteuid) return context.skip('This system has no such permissions.');
		const path = join(folder, 'file');
		writeFileSync(path, 'old');
		chmodSync(folder, 0o555);
		const user = process.geteuid();
		// Root may write anywhere, so it becomes nobody for a moment.
		if (user === 0) process.seteuid(65534);
		try {
			await assert.rejects(writeFileAtomically(path, 'new'), { code: 'EACCES' });
		} finally {
			if (user === 0) process.seteuid(0);
			chmodSync(folder, 0o755);
		}
		assert.deepEqual(readdirSync(folder), ['file']);
		assert.equal(readFileSync(path, 'utf8'), 'old');
	});

	it('leaves the old file where the disk is full', async (context) => {
		const disk = join(folder, 'disk');
		mkdirSync(disk);
		const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
		// Without root no disk can be made that is small enough to fill.
		if (mounted.status !== 0) return context.skip('A full disk needs a mount, which only root may make.');
		try {
			const path = join(disk, 'file');
			writeFileSync(path, 'old');
			const parts = [new Uint8Array(40_000), new Uint8Array(40_000)];
			await assert.rejects(writeFileAtomically(path, parts), {
				name: 'DataError',
				message:
					'Expected room for 0.1 MB in the folder of file but received a full disk. Free some space and repeat the same command: ' +
					'everything written before, checkpoints too, is intact.',
			});
			await assert.rejects(writeFileAtomically(path, 'ä'.repeat(500_000)), /room for 1\.0 MB in the folder of file /);
			assert.deepEqual(readdirSync(disk), ['file']);
			assert.equal(readFileSync(path, 'utf8'), 'old');
			await writeFileAtomically(path, parts.slice(1));
			assert.equal(readFileSync(path).length, 40_000);
		} finally {
			spawnSync('umount', [disk]);
		}
	});
});
