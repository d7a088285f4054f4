import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { imageAt } from '../../../lib/data/dataset';
import { detectLayout, readFaces } from '../../../lib/data/readers/readFaces';
import { makeZip, plainPng, temporaryFolder, writeFiles } from './sources';

/** Images whose value is their number. */
async function images(...names: string[]): Promise<Record<string, Buffer>> {
	return Object.fromEntries(await Promise.all(names.map(async (name, at) => [name, await plainPng(at + 1)] as const)));
}

test('tables of any form, by themselves, with their folder or in an archive', async (t) => {
	const folder = temporaryFolder(t);
	const pictures = await images('img/a.png', 'img/b, c.png', 'img/D.PNG');
	const tables: Record<string, string> = {
		'labels.csv': 'image,label\nimg/a.png,happy\n"img/b, c.png",sadness\nimg\\D.PNG,Fear\n',
		'list.tsv': '\uFEFFFilename\tEmotion\tx\r\na.png\thappy\t1\r\nb, c.png\tSad\t2\r\nd\tfear\t3\r\n',
		'legend.csv':
			'user.id;image;emotion\n1;/content/faces/img/a.png;HAPPINESS\n2;C:\\faces\\img\\b, c.png;sad\n1;img/D.PNG;fear\n\n',
		'metadata.jsonl': ['a.png', 'b, c.png', 'D.PNG']
			.map((name, at) => JSON.stringify({ file_name: `img/${name}`, label: ['happy', 'sad', 'fear'][at] }))
			.join('\n'),
	};
	for (const [name, text] of Object.entries(tables)) {
		const files = { ...pictures, [name]: text };
		writeFiles(path.join(folder, name), files);
		const entries = Object.entries(files).map(([entry, content]) => ({ name: `set/${entry}`, content }));
		writeFiles(folder, { [`${name}.zip`]: makeZip(entries) });
		for (const place of [name, `${name}/${name}`, `${name}.zip`]) {
			const { layout, dataset, passedOver } = await readFaces(path.join(folder, place));
			assert.equal(layout, 'image-table', place);
			assert.deepEqual([...dataset.labels], [2, 3, 4], place);
			assert.deepEqual(
				[0, 1, 2].map((image) => imageAt(dataset, image)[0]),
				[3, 1, 2],
				place,
			);
			assert.deepEqual([dataset.usage, passedOver], [undefined, {}], place);
		}
	}
});

test('parts by a column, by tables or by folders; persons; own classes and numbers', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(path.join(folder, 'a'), {
		...(await images('1.png', '2.png', '3.png')),
		'x.csv': 'path,class,split,subject\n1.png,calm,train,p2\n2.png,bored,val,p1\n3.png,calm,test,p2\n',
	});
	const own = await readFaces(path.join(folder, 'a'));
	assert.deepEqual(
		[own.dataset.emotions, [...own.dataset.labels]],
		[
			['bored', 'calm'],
			[1, 0, 1],
		],
	);
	assert.deepEqual(
		[[...(own.dataset.usage ?? [])], own.subjects],
		[
			[0, 1, 2],
			['p1', 'p2'],
		],
	);
	writeFiles(path.join(folder, 'b'), {
		...(await images('1.png', '2.png')),
		'train.csv': 'image,label\n1.png,10\n',
		'test.csv': 'image,label\n2.png,2\n',
	});
	const numbers = await readFaces(path.join(folder, 'b'));
	assert.deepEqual(
		[numbers.dataset.emotions, [...numbers.dataset.labels]],
		[
			['2', '10'],
			[1, 0],
		],
	);
	assert.deepEqual([...(numbers.dataset.usage ?? [])], [0, 3]);
	writeFiles(path.join(folder, 'c'), {
		...(await images('train/1.png', 'test/1.png')),
		'train/metadata.csv': 'file_name,label\n1.png,happy\n',
		'test/metadata.csv': 'file_name,label\n1.png,contempt\n',
	});
	const { dataset, dropped } = await readFaces(path.join(folder, 'c'));
	assert.deepEqual([[...dataset.labels], dropped], [[3], { contempt: 1 }]);
});

test('a table tells more than class folders do, but one that names other files does not', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, {
		...(await images('happy/1.png', 'sad/2.png')),
		'labels.csv': 'pth,label\nhappy/1.png,sad\nsad/2.png,sad\n',
	});
	const notes: string[] = [];
	const { layout, dataset } = await readFaces(folder, { onNote: (text) => void notes.push(text) });
	assert.deepEqual([layout, [...dataset.labels]], ['image-table', [4, 4]]);
	assert.match(notes[0], /^The table gives 1 images another label than their folder, as happy\/1\.png/);
	writeFiles(folder, { 'labels.csv': 'image,label\nx.png,sad\n' });
	assert.equal((await detectLayout(folder)).layout, 'class-folders');
	writeFiles(folder, { 'labels.csv': 'text,score\nhappy/1.png,sad\n' });
	assert.equal((await detectLayout(folder)).layout, 'class-folders');
});

test('missing, doubled, empty and misspelled rows are named', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, await images('train/a.png', 'test/b.png', 'test/a.png'));
	const texts: [string, RegExp][] = [
		[
			'image,label\ntrain/a.png,sad\ntrain/b.png,sad\n',
			/the 2 images of the table in .* received 1, without train\/b\.png, row 3 of x\.csv\. Put/,
		],
		['image,label\nz.png,sad\n', /received 0, without z\.png, row 2 of x\.csv\. Put the images there, in the folders/],
		[
			'image,label\na.png,sad\n',
			/one image a\.png, named in row 2 of x\.csv,.* test\/a\.png and train\/a\.png\. Write the folder/,
		],
		['image,label\ntrain/a.png,\n', /a label in row 2 of x\.csv but received none/],
		['image,label\n,sad\n', /the path of an image in row 2 of x\.csv/],
		['image,label\ntrain/a.png,sad,x\n', /2 fields in row 2 of x\.csv but received more/],
		['image,label\n"train/a.png,sad\n', /a row of a CSV file in row 2/],
		[
			'image,label\ntrain/a.png,sad\ntrain/a.png,happy\n',
			/the label and part of train\/a\.png in row 2 of x\.csv in row 3 .* the label happy/,
		],
		[
			'image,label\ntrain/a.png,sad\ntest/b.png,hapy\n',
			/an emotion in row 3 of x\.csv but received "hapy"\. Did you mean happy/,
		],
		['image,label\ntrain/a.png,Cat\ntest/b.png,cat\n', /each class written in one way in .* Cat and cat/],
		[
			'image,label,split\ntrain/a.png,sad,train\ntest/b.png,sad,7\n',
			/train, validation or test as the part in row 3 of x\.csv but received "7"/,
		],
		['train/a.png,sad\n', /begins "train\/a\.png,sad"\. Add the header image,label as the first line/],
		['image,label\n', /rows below the header/],
		[
			'{"file_name":"train/a.png","label":"sad"}\n{"file_name":"test/b.png"\n',
			/an object with an image and its label in row 2/,
		],
		['{"file_name":"train/a.png","label":["sad"]}\n', /text or a number as label in row 1/],
	];
	for (const [text, message] of texts) {
		writeFiles(folder, { 'x.csv': text });
		await assert.rejects(readFaces(path.join(folder, 'x.csv')), { name: 'DataError', message }, text);
	}
	writeFiles(folder, { 'x.csv': `${texts[0][0]}train/a.png,sad\n` });
	const { dataset, unreadable, dropped, passedOver } = await readFaces(folder, { unreadable: 'list' });
	assert.equal(dataset.labels.length, 1);
	assert.deepEqual(unreadable, [{ name: 'train/b.png', reason: 'named in row 3 of x.csv, but not there' }]);
	assert.deepEqual([dropped, passedOver], [{ 'named again': 1 }, { '.png': 2 }]);
});

test('chosen classes are taken as they are spelt, in their order', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, {
		...(await images('1.png', '2.png', '3.png')),
		'x.csv': 'image,label\n1.png,hapy\n2.png,sad\n3.png,odd\n',
	});
	const { dataset, dropped } = await readFaces(folder, { classes: ['sad', 'hapy'] });
	assert.deepEqual([dataset.emotions, [...dataset.labels], dropped], [['sad', 'hapy'], [0, 1], { odd: 1 }]);
	await assert.rejects(
		readFaces(folder, { classes: ['sad', 'happy'] }),
		/images of the class "happy".*Did you mean hapy\?/,
	);
});
