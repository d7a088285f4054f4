import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { USAGES } from '../../../lib/data/dataset';
import { describeData, formatDescription } from '../../../lib/data/describeData';
import { readFaces } from '../../../lib/data/readers/readFaces';
import { bytesOf } from '../bytesOf';
import { makeParquet, type ParquetColumns } from './parquetSource';
import { makeTar, makeZip, pixelText, pixelValue, plainPng, temporaryFolder, writeFiles } from './sources';

/** Metadata as `datasets` writes them. */
const features = (names: readonly string[]) => ({
	huggingface: JSON.stringify({
		info: { features: { image: { _type: 'Image' }, label: { names, _type: 'ClassLabel' } } },
	}),
});

async function hugging(values: readonly number[], labels: readonly bigint[]): Promise<ParquetColumns> {
	const bytes = await Promise.all(values.map((value) => plainPng(value)));
	return { 'image.bytes': bytes, 'image.path': values.map((value) => `${value}.png`), label: labels };
}

test('Hugging Face’s shards: parts by their names, classes by their metadata', async (t) => {
	const folder = temporaryFolder(t);
	const names = features(['sad', 'happiness', 'contempt']);
	const files = {
		'data/train-00000-of-00002.parquet': makeParquet(await hugging([10, 20], [1n, 0n]), names),
		'data/train-00001-of-00002.parquet': makeParquet(await hugging([30, 40], [0n, 2n]), names),
		'data/test-00000-of-00001.parquet': makeParquet(await hugging([50], [1n]), names),
		'README.md': '# Faces',
	};
	writeFiles(path.join(folder, 'set'), files);
	const entries = Object.entries(files).map(([name, content]) => ({ name, content }));
	writeFiles(folder, { 'a.zip': makeZip(entries), 'b.tar': makeTar(entries) });
	for (const place of ['set', 'a.zip', 'b.tar']) {
		const { layout, dataset, names: rows, dropped, passedOver } = await readFaces(path.join(folder, place));
		assert.equal(layout, 'parquet');
		assert.deepEqual([...dataset.labels], [3, 4, 4, 3], place);
		assert.deepEqual([...(dataset.usage ?? [])], [0, 0, 0, USAGES.indexOf('Test')]);
		assert.deepEqual(
			rows.map((_, image) => bytesOf(dataset)[image * 48 * 48]),
			[10, 20, 30, 50],
		);
		assert.equal(rows[0], 'data/train-00000-of-00002.parquet row 1');
		assert.deepEqual([dropped, passedOver], [{ contempt: 1 }, {}]);
	}
});

test('one file under any name: bytes alone, names as labels, a column of parts and one of persons', async (t) => {
	const folder = temporaryFolder(t);
	const img = await Promise.all([1, 2, 3].map((value) => plainPng(value)));
	const columns = {
		img,
		emotion: ['happy', 'sad', 'sad'],
		split: ['train', 'valid', 'train'],
		subject: ['a', 'b', 'a'],
	};
	writeFiles(folder, { 'odd [1]': makeParquet(columns) });
	const { dataset, subjects, names } = await readFaces(path.join(folder, 'odd [1]'));
	assert.deepEqual([...dataset.labels], [3, 4, 4]);
	assert.deepEqual([...(dataset.usage ?? [])], [0, 0, 1]);
	assert.deepEqual(
		[subjects, [...(dataset.persons ?? [])]],
		[
			['a', 'b'],
			[0, 0, 1],
		],
	);
	assert.deepEqual(names, ['odd [1] row 1', 'odd [1] row 3', 'odd [1] row 2']);
});

test('numbers without names stay numbers, or are named by the pages beside the file', async (t) => {
	const folder = temporaryFolder(t);
	const content = makeParquet(await hugging([10, 20, 30], [1n, 0n, -1n]));
	writeFiles(folder, { 'a/x.parquet': content, 'b/x.parquet': content, 'c/x.parquet': content });
	const text = formatDescription(await describeData(path.join(folder, 'a/x.parquet')));
	assert.match(text, /\nClasses {3}the labels of the source, as not all|\nNumbers {3}FER2013: 0 angry/);
	const readme = `---\ndataset_info:\n  features:\n  - name: image\n    dtype: image\n  - name: label\n    dtype:\n      class_label:\n        names:\n          '0': fear\n          '1': angry\n  splits:\n  - name: train\n---\n`;
	writeFiles(folder, { 'b/README.md': readme });
	const infos = { default: { features: { label: { names: ['fear', 'angry'], _type: 'ClassLabel' } } } };
	writeFiles(folder, { 'c/dataset_infos.json': JSON.stringify(infos) });
	for (const place of ['b/x.parquet', 'b', 'c', 'c/x.parquet']) {
		const { dataset, dropped } = await readFaces(path.join(folder, place));
		assert.deepEqual([...dataset.labels], [0, 2], place);
		assert.deepEqual(dropped, { 'without a label': 1 });
	}
});

test('paths of images beside the file, and pixels as in fer2013.csv', async (t) => {
	const folder = temporaryFolder(t);
	const paths = makeParquet({
		'image.bytes': [null, null],
		'image.path': ['x/1.png', 'x/2.png'],
		label: ['happy', 'sad'],
	});
	writeFiles(folder, { 'a/data.parquet': paths, 'a/x/1.png': await plainPng(1), 'a/x/2.png': await plainPng(2) });
	for (const place of ['a', 'a/data.parquet']) {
		const { dataset, names } = await readFaces(path.join(folder, place));
		assert.deepEqual(
			[names, [...dataset.labels]],
			[
				['x/1.png', 'x/2.png'],
				[3, 4],
			],
		);
	}
	const pixels = { emotion: [6n, 0n], pixels: [pixelText(0), pixelText(1)], Usage: ['Training', 'PrivateTest'] };
	writeFiles(folder, { 'fer.parquet': makeParquet(pixels) });
	const { dataset } = await readFaces(path.join(folder, 'fer.parquet'));
	assert.deepEqual(
		[[...dataset.labels], [...(dataset.usage ?? [])]],
		[
			[6, 0],
			[0, 2],
		],
	);
	assert.equal(bytesOf(dataset)[2304 + 5], pixelValue(1, 5));
});

test('what is damaged, missing or of another kind is named', async (t) => {
	const folder = temporaryFolder(t);
	const whole = makeParquet(await hugging([1, 2], [0n, 1n]), features(['happy']));
	const png = await plainPng(1);
	const files: [string, Buffer, RegExp][] = [
		['cut', whole.subarray(0, -20), /complete Parquet file in cut but received one that is cut off: its end mark/],
		['start', Buffer.from('PAR1'), /in start but received one that is cut off\. Download or copy/],
		['length', Buffer.concat([whole.subarray(0, -8), Buffer.from([0, 0, 1, 0]), Buffer.from('PAR1')]), /wrong length/],
		[
			'noise',
			Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(90, 77), Buffer.from([9, 0, 0, 0]), Buffer.from('PAR1')]),
			/one that cannot be read \(/,
		],
		['names', whole, /a label from 0 to 0 in row 2 of names but received 1/],
		[
			'columns',
			makeParquet({ text: ['a'], score: [1n] }),
			/columns of images and labels in columns but received text, score/,
		],
		['type', makeParquet({ image: [1n], label: [1n] }), /bytes or paths of images in the column image of type/],
		['label', makeParquet({ image: [png, png], label: [null, null] as (string | null)[] }), /in label/],
		[
			'typo',
			makeParquet({ image: [png, png], label: ['happy', 'suprise'] }),
			/an emotion in row 2 of typo but received "suprise"\. Did you mean surprise\?/,
		],
		[
			'images',
			makeParquet({ image: [png, Buffer.from('no image')], label: ['happy', 'sad'] }),
			/1 that cannot be read \(images row 2: /,
		],
	];
	for (const [name, content, message] of files) {
		writeFiles(folder, { [name]: content });
		await assert.rejects(readFaces(path.join(folder, name)), { name: 'DataError', message }, name);
	}
	const { unreadable, dataset } = await readFaces(path.join(folder, 'images'), { unreadable: 'list' });
	assert.deepEqual([unreadable.map(({ name }) => name), dataset.labels.length], [['images row 2'], 1]);
});
