import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { imageAt } from '../../../lib/data/dataset';
import { readFer2013 } from '../../../lib/data/readers/fer2013';
import { readFaces } from '../../../lib/data/readers/readFaces';
import { EMOTIONS } from '../../../lib/emotions';
import { csvText, makeZip, pixelText, pixelValue, temporaryFolder, writeFiles } from './sources';

const HEADER = 'emotion,pixels,Usage\n';
const table = [6, 7, 3, 7, 0].map(
	(label, row) => `${label},${pixelText(row)},${row < 3 ? 'Training' : 'PublicTest'}\n`,
);
const text = HEADER + table.join('');

test('ckextended.csv is CK+ with FER2013’s numbers; contempt is dropped and counted', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, {
		'ckextended.csv': text,
		'CK+Extended.csv.gz': gzipSync(text),
		'archive.zip': makeZip([{ name: 'ckextended.csv', content: text }]),
		'folder/ckextended.csv': text,
	});
	for (const name of ['ckextended.csv', 'CK+Extended.csv.gz', 'archive.zip', 'folder']) {
		const { layout, dataset, dropped, names } = await readFaces(path.join(folder, name));
		assert.deepEqual([layout, dataset.name, dropped], ['ckplus-csv', 'CK+', { contempt: 2 }], name);
		assert.deepEqual(dataset.emotions, EMOTIONS);
		assert.deepEqual([...dataset.labels], [6, 3, 0]);
		assert.deepEqual([...(dataset.usage ?? [])], [0, 0, 1]);
		assert.deepEqual(names, ['row 2', 'row 4', 'row 6']);
		assert.equal(imageAt(dataset, 1)[9], pixelValue(2, 9));
	}
	const chosen = await readFaces(path.join(folder, 'ckextended.csv'), { classes: ['contempt', 'anger'] });
	assert.deepEqual([...chosen.dataset.labels], [0, 0, 1]);
	assert.deepEqual(chosen.dropped, { neutral: 1, happy: 1 });
});

test('under another name it is told by its 920 rows and its class 7, and FER2013 is not taken for it', async (t) => {
	const folder = temporaryFolder(t);
	const rows = (last: number) => `${csvText(919)}${last},${pixelText(1)},Training\n`;
	writeFiles(folder, { 'data.csv': rows(7), 'other.csv': rows(6), 'few.csv': text });
	assert.equal((await readFaces(path.join(folder, 'data.csv'))).layout, 'ckplus-csv');
	assert.equal((await readFaces(path.join(folder, 'other.csv'))).layout, 'fer2013-csv');
	for (const read of [readFaces, readFer2013]) {
		await assert.rejects(
			read(path.join(folder, 'few.csv')),
			/0 to 6.* row 3 of few\.csv .*"7"\. FER2013 has no class 7;/,
		);
	}
});

test('labels above 7 and an archive without the table are refused', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, { 'ckextended.csv': `${HEADER}8,${pixelText(0)},Training\n` });
	await assert.rejects(
		readFaces(path.join(folder, 'ckextended.csv')),
		/a label from 0 to 7.* row 2 of ckextended\.csv/,
	);
});
