import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readFer2013 } from '../../../lib/data/readers/fer2013';
import { locateFer2013 } from '../../../lib/data/readers/fer2013Place';
import { readFaces } from '../../../lib/data/readers/readFaces';
import { csvText, makeTar, makeZip, temporaryFolder, writeFiles } from './sources';

const inner = (rows: number) => gzipSync(makeTar([{ name: 'fer2013/fer2013.csv', content: csvText(rows) }]));
const others = [
	{ name: 'example_submission.csv', content: 'emotion\n0\n' },
	{ name: 'test.csv', content: 'pixels\n0 0\n' },
	{ name: 'train.csv', content: csvText(2) },
];

test('the competition’s zip is read, by the most complete table, which may be packed again', async (t) => {
	const folder = temporaryFolder(t);
	const packed = { name: 'fer2013.tar.gz', content: inner(4) };
	writeFiles(folder, {
		'nested.zip': makeZip([packed, ...others]),
		'icml.zip': makeZip([...others, { name: 'icml_face_data.csv', content: csvText(5) }, packed]),
		'nested.tar': makeTar([...others, { name: 'fer2013.csv.gz', content: gzipSync(csvText(6)) }]),
		'bare.zip': makeZip([{ name: 'x/FER-2013.tar', content: makeTar([{ name: 'fer2013.csv', content: csvText(3) }]) }]),
	});
	for (const [name, rows] of [
		['nested.zip', 4],
		['icml.zip', 5],
		['nested.tar', 6],
		['bare.zip', 3],
	] as const) {
		const file = path.join(folder, name);
		assert.equal((await readFer2013(file)).labels.length, rows, name);
		const faces = await readFaces(file);
		assert.deepEqual([faces.layout, faces.dataset.labels.length], ['fer2013-csv', rows], name);
	}
});

test('it is found in a folder by its content, whatever its name', async (t) => {
	const zip = makeZip([{ name: 'fer2013.tar.gz', content: inner(4) }, ...others]);
	for (const name of ['challenges-in-representation-learning.zip', 'archive (1).zip', 'fer2013']) {
		const folder = temporaryFolder(t);
		writeFiles(folder, { [name]: zip, 'README.md': 'x', 'notes.csv': 'a,b\n1,2\n' });
		assert.equal(await locateFer2013(folder), path.join(folder, name));
		assert.equal((await readFaces(folder)).dataset.labels.length, 4, name);
	}
	const folder = temporaryFolder(t);
	writeFiles(folder, { fer2013: inner(4) });
	assert.equal((await readFer2013(folder)).labels.length, 4);
});

test('a damaged archive inside another is named, and so is a bad row in it', async (t) => {
	const folder = temporaryFolder(t);
	const bad = gzipSync(makeTar([{ name: 'fer2013.csv', content: 'emotion,pixels\n9,1\n' }]));
	writeFiles(folder, {
		'torn.zip': makeZip([{ name: 'fer2013.tar.gz', content: inner(40).subarray(0, 400) }]),
		'text.zip': makeZip([{ name: 'fer2013.tgz', content: 'no archive' }]),
		'row.zip': makeZip([{ name: 'fer2013.tgz', content: bad }]),
	});
	const read = (name: string) => readFer2013(path.join(folder, name));
	await assert.rejects(read('torn.zip'), { name: 'DataError', message: /a complete archive in fer2013\.tar\.gz/ });
	await assert.rejects(read('text.zip'), { name: 'DataError', message: /a complete archive in fer2013\.tgz/ });
	await assert.rejects(read('row.zip'), /from 0 to 6.* row 2 of fer2013\.csv in fer2013\.tgz in row\.zip/);
});
