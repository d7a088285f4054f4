import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { imageAt } from '../../../lib/data/dataset';
import { readFaces } from '../../../lib/data/readers/readFaces';
import { makeZip, plainPng, temporaryFolder, writeFiles } from './sources';

const BOX = '"(0, 0, 48, 48)"';

async function ferPlusFiles(): Promise<Record<string, Buffer | string>> {
	return {
		'data/FER2013Train/fer0000000.png': await plainPng(1),
		'data/FER2013Train/fer0000002.png': await plainPng(2),
		'data/FER2013Train/fer0000003.png': await plainPng(3),
		'data/FER2013Train/fer0000004.png': await plainPng(4),
		// The majority of the votes above one: happiness; anger by 5 of 5; contempt; none.
		'data/FER2013Train/label.csv': [
			`fer0000000.png,${BOX},1,5,4,0,0,0,0,0,0,0`,
			`fer0000002.png,${BOX},1,1,1,1,5,1,0,0,0,0`,
			`fer0000003.png,${BOX},0,0,0,0,0,0,0,9,1,0`,
			`fer0000004.png,${BOX},5,5,0,0,0,0,0,0,0,0`,
			'',
		].join('\r\n'),
		'data/FER2013Valid/fer0028638.png': await plainPng(5),
		'data/FER2013Valid/label.csv': `fer0028638.png,${BOX},9,0,0,1,0,0,0,0,0,0\n`,
		'data/FER2013Test/fer0032220.png': await plainPng(6),
		'data/FER2013Test/fer0032221.png': await plainPng(7),
		'data/FER2013Test/label.csv': `fer0032220.png,${BOX},0,0,0,0,0,0,10,0,0,0\n`,
	};
}

test('image folders of FER+ get the majority’s labels and FER2013’s parts', async (t) => {
	const folder = temporaryFolder(t);
	const files = await ferPlusFiles();
	writeFiles(path.join(folder, 'FERPlus'), files);
	const entries = Object.entries(files).map(([name, content]) => ({ name, content }));
	writeFileSync(path.join(folder, 'archive.zip'), makeZip(entries));
	for (const name of ['FERPlus', 'archive.zip']) {
		const { layout, dataset, dropped } = await readFaces(path.join(folder, name));
		assert.deepEqual([layout, dataset.name], ['ferplus-folders', 'FER+ (majority)']);
		assert.deepEqual([...dataset.labels], [0, 3, 6, 2]);
		assert.deepEqual([...(dataset.usage ?? [])], [0, 0, 1, 2]);
		assert.deepEqual(
			[0, 1, 2, 3].map((image) => imageAt(dataset, image)[0]),
			[2, 1, 5, 6],
		);
		assert.deepEqual(dropped, { contempt: 1, 'no agreement': 1, 'without votes': 1 });
	}
});

test('wrong rows are named: fields, votes, images that are missing', async (t) => {
	const good = 'fer0028638.png,"(0, 0, 48, 48)",9,0,0,1,0,0,0,0,0,0';
	const read = async (text: string) => {
		const folder = temporaryFolder(t);
		writeFiles(folder, { ...(await ferPlusFiles()), 'data/FER2013Valid/label.csv': text });
		return readFaces(folder);
	};
	for (const [text, message] of [
		[`${good},1\n`, /an image, a box and 10 votes in row 1 of data\/FER2013Valid\/label\.csv/],
		[`${good}\nfer1.png,${BOX},1,2\n`, /10 votes in row 2 of /],
		[good.replace(',9,', ',many,'), /10 votes in row 1 of /],
		[good.replace('fer0028638', 'fer7'), /the image fer7\.png, named in row 1 of .* received none/],
	] as const) {
		await assert.rejects(read(text), { name: 'DataError', message });
	}
	assert.equal((await read(`image,box,neutral,happiness\n${good}`)).dataset.labels.length, 4);
});

test('of rows with the same name, which are published, the last one counts', async (t) => {
	const folder = temporaryFolder(t);
	const rows = ['9,0,0,1,0,0,0,0,0,0', '0,0,9,1,0,0,0,0,0,0'].map((votes) => `fer0028638.png,${BOX},${votes}`);
	writeFiles(folder, { ...(await ferPlusFiles()), 'data/FER2013Valid/label.csv': rows.join('\n') });
	const { dataset, dropped } = await readFaces(folder);
	// Neutral in the first row, surprise in the last.
	assert.deepEqual([...dataset.labels], [0, 3, 5, 2]);
	assert.equal(dropped['earlier rows of a name'], 1);
});
