import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readFer2013 } from '../../../lib/data/readers/fer2013';
import { csvText, layoutFiles, makeTar, makeZip, temporaryFolder, writeFiles } from './sources';

const CSV = csvText(5);

function write(t: TestContext, files: Record<string, Uint8Array | string>): string {
	const folder = temporaryFolder(t);
	writeFiles(folder, files);
	return folder;
}

test('the CSV file is read in every packing, by path and in a folder', async (t) => {
	const entries = [
		{ name: 'fer2013/README', content: 'x' },
		{ name: 'fer2013/fer2013.csv', content: CSV },
		{ name: 'fer2013/fer2013.bib', content: 'x' },
	];
	const files = {
		'fer2013.csv': CSV,
		'fer2013.csv.gz': gzipSync(CSV),
		'fer2013.tar': makeTar(entries),
		'fer2013.tar.gz': gzipSync(makeTar(entries)),
		'fer2013.tgz': gzipSync(makeTar(entries)),
		'fer2013.zip': makeZip(entries),
	};
	const fingerprints = new Set<string>();
	for (const [name, content] of Object.entries(files)) {
		const folder = write(t, { [name]: content });
		fingerprints.add((await readFer2013(path.join(folder, name))).fingerprint);
		fingerprints.add((await readFer2013(folder)).fingerprint);
	}
	assert.equal(fingerprints.size, 1);
});

test('the folder layout is read from a folder, a zip and a tar alike', async (t) => {
	const files = await layoutFiles();
	const entries = Object.entries(files).map(([name, content]) => ({ name: `archive/${name}`, content }));
	const folder = write(t, {
		...files,
		'../x.tgz': gzipSync(makeTar(entries)),
		'../x.zip': makeZip(entries.toReversed()),
	});
	t.after(() => ['x.tgz', 'x.zip'].map((name) => rmSync(path.join(folder, '..', name))));
	const { fingerprint, labels } = await readFer2013(folder);
	assert.equal(labels.length, 14);
	for (const name of ['../x.tgz', '../x.zip']) {
		assert.equal((await readFer2013(path.join(folder, name))).fingerprint, fingerprint, name);
	}
});

test('of several CSV files in an archive the most complete is taken, in any order', async (t) => {
	const entries = [
		{ name: 'train.csv', content: csvText(2).replaceAll(/,[A-Za-z]+$/gm, '') },
		{ name: 'icml_face_data.csv', content: csvText(3) },
		{ name: 'fer2013.csv', content: CSV },
		{ name: 'test.csv', content: 'pixels\n1 2 3\n' },
		{ name: '__MACOSX/._fer2013.csv', content: 'not a table' },
	];
	const sizes = async (chosen: typeof entries) => {
		const folder = write(t, { 'x.zip': makeZip(chosen) });
		return (await readFer2013(path.join(folder, 'x.zip'))).labels.length;
	};
	assert.equal(await sizes(entries), 5);
	assert.equal(await sizes(entries.toReversed()), 5);
	assert.equal(await sizes(entries.filter(({ name }) => name !== 'fer2013.csv')), 3);
	assert.equal(await sizes(entries.slice(0, 1)), 2);
});

test('errors name the file and, in an archive, the archive', async (t) => {
	const wrong = CSV.replace('Training', 'Trainng');
	const folder = write(t, { 'fer2013.zip': makeZip([{ name: 'a/fer2013.csv', content: wrong }]) });
	const message = /in row 2 of fer2013\.csv in fer2013\.zip but received "Trainng"/;
	await assert.rejects(readFer2013(folder), { name: 'DataError', message });
});

test('a truncated archive is refused even where what it still holds is whole rows', async (t) => {
	const whole = makeTar([{ name: 'fer2013.csv', content: CSV }]);
	const end = whole.lastIndexOf('\n', whole.length - 15_000) + 1;
	for (const content of [whole.subarray(0, end), gzipSync(whole).subarray(0, -100)]) {
		const folder = write(t, { 'fer2013.tar.gz': content });
		await assert.rejects(readFer2013(folder), { name: 'DataError', message: /a complete archive in fer2013\.tar\.gz/ });
	}
});

test('what is not FER2013 is refused', async (t) => {
	const archive = makeZip([{ name: 'notes.txt', content: 'x' }]);
	const folder = write(t, { 'notes.zip': archive, 'empty/x': '' });
	const refuse = (name: string, expected: object) => assert.rejects(readFer2013(path.join(folder, name)), expected);
	await refuse('notes.zip', {
		name: 'DataError',
		message: /fer2013\.csv, .* in notes\.zip but received 1 file \(1 \.txt\), such as notes\.txt/,
	});
	await refuse('empty', { name: 'DataError', message: /in the folder empty but received none of them/ });
	await refuse('missing', { name: 'RangeError', message: /path of a file or folder for source/ });
});

test('progress runs from the start to 1', async (t) => {
	const folder = write(t, { 'fer2013.csv': csvText(100) });
	const calls: [number, string][] = [];
	await readFer2013(folder, { onProgress: ({ done, stage }) => calls.push([done, stage]) });
	assert.ok(calls.length > 1);
	assert.ok(calls.every(([, message]) => message === 'Reading fer2013.csv'));
	assert.equal(calls.at(-1)?.[0], 1);
});

test('the cache serves the same data set and notices a changed source', async (t) => {
	for (const files of [{ 'fer2013.csv': CSV }, await layoutFiles()]) {
		const folder = write(t, files);
		// Where the notebook keeps it: inside the data folder, so it must not count as part of the source.
		const cacheFolder = path.join(folder, '.cache');
		const first = await readFer2013(folder, { cacheFolder });
		const messages: string[] = [];
		const again = await readFer2013(folder, { cacheFolder, onProgress: ({ stage }) => messages.push(stage) });
		assert.deepEqual(again, first);
		assert.deepEqual(messages, ['Reading the cached FER2013']);
		assert.equal(readdirSync(cacheFolder).length, 1);
		if ('fer2013.csv' in files) writeFiles(folder, { 'fer2013.csv': csvText(6) });
		else writeFiles(folder, { 'train/sad/new.png': Object.values(files)[0] });
		const changed = await readFer2013(folder, { cacheFolder });
		assert.equal(changed.labels.length, first.labels.length + 1);
	}
});

test('of a table that occurs twice in an archive the later one counts', async (t) => {
	const entries = [csvText(3), csvText(4)].map((content) => ({ name: 'a/fer2013.csv', content }));
	const folder = write(t, { 'x.zip': makeZip(entries), 'x.tar': makeTar(entries) });
	for (const name of ['x.zip', 'x.tar']) {
		assert.equal((await readFer2013(path.join(folder, name))).labels.length, 4);
	}
});

test('a bad row in a large gzip file is named', async (t) => {
	const lines = csvText(2500).split('\n');
	lines[1500] = '3,1 2 3,Training';
	const folder = write(t, { 'bad.csv.gz': gzipSync(lines.join('\n')) });
	const message = /^Expected 2,304 pixels in row 1,501 of bad\.csv\.gz but received 3\. Correct this row/;
	await assert.rejects(readFer2013(path.join(folder, 'bad.csv.gz')), { name: 'DataError', message });
});

test('an archive with nothing of FER2013, an empty table or another archive in it says what it holds', async (t) => {
	const folder = write(t, {
		'empty.zip': makeZip([{ name: 'fer2013.csv' }]),
		'nested.zip': makeZip([{ name: 'fer2013.csv.zip', content: makeZip([]) }]),
		'none.zip': makeZip([]),
	});
	const refuse = (name: string, message: RegExp) =>
		assert.rejects(readFer2013(path.join(folder, name)), { name: 'DataError', message });
	await refuse('empty.zip', /in fer2013\.csv in empty\.zip but received an empty file/);
	await refuse('nested.zip', /received 1 file \(1 \.zip\), such as fer2013\.csv\.zip\. Unpack fer2013\.csv\.zip first/);
	await refuse('none.zip', /in none\.zip but received no file\. Check that it is the right file/);
});
