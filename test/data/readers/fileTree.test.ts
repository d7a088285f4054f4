import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { encodePng, imageSize } from '../../../lib/data/image';
import { readClassFolders } from '../../../lib/data/readers/classFolders';
import { openFiles } from '../../../lib/data/readers/fileTree';
import { makeTar, makeZip, plainPng, temporaryFolder, writeFiles } from './sources';

test('links are followed, except upwards; pipes, broken links and hidden files are counted', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, { 'a/1.txt': 'x', 'a/.hidden': 'x', '.folder/2.txt': 'x', 'other/3.txt': 'x' });
	execFileSync('mkfifo', [path.join(folder, 'a', 'pipe.png')]);
	symlinkSync('nowhere', path.join(folder, 'a', 'broken.png'));
	symlinkSync('..', path.join(folder, 'a', 'up'));
	symlinkSync('../other', path.join(folder, 'a', 'beside'));
	symlinkSync('1.txt', path.join(folder, 'a', 'same.txt'));
	const tree = await openFiles(folder);
	assert.deepEqual(tree.names, ['a/1.txt', 'a/beside/3.txt', 'a/same.txt', 'other/3.txt']);
	assert.deepEqual(tree.passedOver, { hidden: 2, 'named pipe': 1, 'broken links': 1, 'links to a folder above': 1 });
});

test('of a file that occurs twice in an archive the later one counts, whatever their sizes', async (t) => {
	const folder = temporaryFolder(t);
	const noise = Uint8Array.from({ length: 600 * 600 }, (_, at) => (at * at * 7919) % 251);
	const large = await encodePng(noise, { width: 600, height: 600 });
	const small = await plainPng(255);
	const torn = small.subarray(0, 40);
	const other = { name: 'sad/a.png', content: await plainPng(1) };
	for (const [first, second, side] of [
		[large, small, 48],
		[small, large, 600],
		[torn, small, 48],
	] as const) {
		const entries = [{ name: 'happy/a.png', content: first }, other, { name: './happy/a.png', content: second }];
		for (const content of [gzipSync(makeTar(entries)), makeZip(entries)]) {
			writeFileSync(path.join(folder, 'x'), content);
			const { sizes, passedOver, unreadable } = await readClassFolders(path.join(folder, 'x'), { unreadable: 'list' });
			assert.equal(sizes[`${side}x${side}`], side === 48 ? 2 : 1);
			assert.deepEqual([passedOver, unreadable], [{ 'earlier copies of a file': 1 }, []]);
		}
	}
	assert.equal((await imageSize(large)).width, 600);
});

test('a file of more than 64 MiB is not read', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, { 'happy/a.png': await plainPng(1), 'sad/a.png': await plainPng(2), 'sad/huge.png': '' });
	truncateSync(path.join(folder, 'sad', 'huge.png'), 2 ** 26 + 1);
	const message = /complete images in .* received 1 that cannot be read \(sad\/huge\.png: it is larger than 67\.1 MB\)/;
	await assert.rejects(readClassFolders(folder), { name: 'DataError', message });
	const entries = [
		{ name: 'happy/a.png', content: await plainPng(1) },
		{ name: 'sad/a.png', content: await plainPng(2) },
		{ name: 'sad/huge.png', content: Buffer.alloc(2 ** 26 + 1) },
	];
	for (const [name, content] of [
		['x.zip', makeZip(entries)],
		['x.tgz', gzipSync(makeTar(entries), { level: 1 })],
	] as const) {
		writeFileSync(path.join(folder, name), content);
		const { names, unreadable } = await readClassFolders(path.join(folder, name), { unreadable: 'list' });
		assert.deepEqual(names, ['happy/a.png', 'sad/a.png']);
		assert.deepEqual(unreadable, [{ name: 'sad/huge.png', reason: 'it is larger than 67.1 MB' }]);
	}
});

test('files and folders that may not be read are listed', {
	skip: process.getuid?.() !== 0 && 'needs root',
}, async (t) => {
	const folder = temporaryFolder(t);
	chmodSync(folder, 0o755);
	const png = await plainPng(1);
	writeFiles(folder, { 'happy/a.png': png, 'sad/a.png': png, 'sad/b.png': png, 'closed/c.png': png });
	chmodSync(path.join(folder, 'sad', 'b.png'), 0o000);
	chmodSync(path.join(folder, 'closed'), 0o000);
	process.seteuid?.(65_534);
	try {
		const { unreadable, passedOver } = await readClassFolders(folder, { unreadable: 'list' });
		assert.deepEqual(unreadable, [{ name: 'sad/b.png', reason: 'it may not be read' }]);
		assert.deepEqual(passedOver, { 'folders that may not be read': 1 });
	} finally {
		process.seteuid?.(0);
	}
});
