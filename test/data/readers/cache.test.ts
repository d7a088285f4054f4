import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { type Dataset, makeDataset } from '../../../lib/data/dataset';
import { cachedDataset, fingerprintFile, fingerprintFiles } from '../../../lib/data/readers/cache';
import type { Progress } from '../../../lib/progress';
import { temporaryFolder, writeFiles } from './sources';

function someDataset(usage: boolean): Dataset {
	const pixels = Uint8Array.from({ length: 5 * 6 }, (_, index) => index * 8);
	const labels = Uint8Array.of(0, 1, 2, 1, 0);
	const parts = { name: 'five «ü»', drawn: true, shape: [2, 3, 1], pixels, labels, emotions: ['a', 'b', 'c'] } as const;
	return makeDataset({ ...parts, usage: usage ? Uint8Array.of(0, 1, 2, 3, 0) : undefined });
}

const SOURCE = 'ab'.repeat(32);

/** Counts how often the source is read. */
function counted(dataset: Dataset): { read: () => Promise<Dataset>; times: () => number } {
	let times = 0;
	return {
		times: () => times,
		read: async () => {
			times++;
			return dataset;
		},
	};
}

for (const usage of [true, false]) {
	test(`a data set ${usage ? 'with' : 'without'} usage comes back from the cache as it was`, async (t) => {
		const folder = path.join(temporaryFolder(t), 'made', 'when needed');
		const { read, times } = counted(someDataset(usage));
		assert.deepEqual(await cachedDataset(SOURCE, folder, read), someDataset(usage));
		const messages: string[] = [];
		const options = { onProgress: ({ done, stage }: Progress) => messages.push(`${done} ${stage}`) };
		assert.deepEqual(await cachedDataset(SOURCE, folder, read, options), someDataset(usage));
		assert.equal(times(), 1);
		assert.deepEqual(messages, ['1 Reading the cached five «ü»']);
		assert.equal(readdirSync(folder).length, 1, 'no temporary file is left');
	});
}

test('another source is read, and has a cache of its own', async (t) => {
	const folder = temporaryFolder(t);
	const [first, second] = [counted(someDataset(true)), counted(someDataset(false))];
	await cachedDataset(SOURCE, folder, first.read);
	await cachedDataset('cd'.repeat(32), folder, second.read);
	assert.equal((await cachedDataset(SOURCE, folder, first.read)).usage?.length, 5);
	assert.deepEqual([first.times(), second.times()], [1, 1]);
});

test('a torn, changed or foreign cache is ignored and made anew', async (t) => {
	const folder = temporaryFolder(t);
	const dataset = someDataset(true);
	await cachedDataset(SOURCE, folder, counted(dataset).read);
	const file = path.join(folder, readdirSync(folder)[0]);
	const good = readFileSync(file);
	const changed = (at: number) => Buffer.from(good).fill(good[at] ^ 1, at, at + 1);
	const bad = {
		empty: Buffer.alloc(0),
		'a few bytes': good.subarray(0, 10),
		'half its description': good.subarray(0, 60),
		'its last byte missing': good.subarray(0, good.length - 1),
		'a byte too many': Buffer.concat([good, Buffer.alloc(1)]),
		'zeros at the end': Buffer.from(good).fill(0, good.length - 8),
		'another pixel': changed(3),
		'another label': changed(31),
		'another version': changed(good.length - 2),
		'another name': changed(50),
		'a wrong length of the description': changed(good.length - 20),
		'another kind of file': Buffer.from('PK\x03\x04 something else altogether, and long enough to have a header'),
		'the cache of another source': Buffer.from(good.toString('latin1').replace('abab', 'abac'), 'latin1'),
	};
	for (const [what, content] of Object.entries(bad)) {
		writeFileSync(file, content);
		const { read, times } = counted(dataset);
		assert.deepEqual(await cachedDataset(SOURCE, folder, read), dataset, what);
		assert.equal(times(), 1, what);
		assert.deepEqual(readFileSync(file), good, what);
	}
});

test('a cache that cannot be written does not stop the reading, and is told of', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, { file: 'x' });
	const messages: string[] = [];
	const options = { onProgress: ({ stage }: Progress) => messages.push(stage) };
	const inside = path.join(folder, 'file', 'cache');
	assert.deepEqual(await cachedDataset(SOURCE, inside, counted(someDataset(true)).read, options), someDataset(true));
	assert.deepEqual(messages, ['The data set could not be cached (ENOTDIR): the next run reads its source again']);
});

test('what the reader refuses is not cached', async (t) => {
	const folder = temporaryFolder(t);
	const refuse = () => Promise.reject(new Error('bad data'));
	await assert.rejects(cachedDataset(SOURCE, folder, refuse), /bad data/);
	assert.deepEqual(readdirSync(folder), []);
});

test('fingerprintFile is the SHA-256 of the content: neither place nor time change it', async (t) => {
	const folder = temporaryFolder(t);
	const [file, copy] = ['a.csv', 'b.csv'].map((name) => path.join(folder, name));
	writeFileSync(file, 'some data');
	copyFileSync(file, copy);
	utimesSync(copy, 1, 1);
	assert.equal(await fingerprintFile(file), createHash('sha256').update('some data').digest('hex'));
	assert.equal(await fingerprintFile(copy), await fingerprintFile(file));
	writeFileSync(copy, 'some dat4');
	assert.notEqual(await fingerprintFile(copy), await fingerprintFile(file));
});

test('fingerprintFiles tells names, sizes and times of change, but not the folder or the order', (t) => {
	const [folder, moved] = [temporaryFolder(t), temporaryFolder(t)];
	const names = ['train/sad/a.png', 'test/sad/b.png'];
	for (const place of [folder, moved]) {
		writeFiles(place, Object.fromEntries(names.map((name) => [name, name])));
		for (const name of names) utimesSync(path.join(place, name), 1000, 1000);
	}
	const fingerprint = fingerprintFiles(folder, names);
	assert.equal(fingerprintFiles(moved, names.toReversed()), fingerprint);
	assert.notEqual(fingerprintFiles(folder, names.slice(1)), fingerprint);
	utimesSync(path.join(moved, names[0]), 1000, 1001);
	assert.notEqual(fingerprintFiles(moved, names), fingerprint);
	writeFileSync(path.join(moved, names[0]), 'longer than it was');
	utimesSync(path.join(moved, names[0]), 1000, 1000);
	assert.notEqual(fingerprintFiles(moved, names), fingerprint);
});
