import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { detectLayout, LAYOUTS } from '../../../lib/data/readers/readFaces';
import { affectNetFiles, ckPlus48Files, ckPlusFiles, ferPlusText, rafDbFiles, rafDbReleaseFiles } from './layouts';
import { csvText, layoutFiles, makeTar, makeZip, plainPng, temporaryFolder, writeFiles } from './sources';

const ROW = [9, 0, 0, 0, 0, 0, 0, 0, 0, 0];

test('tells folders, archives and files of each layout', async (t) => {
	const root = temporaryFolder(t);
	const faces = { 'own/cat/1.png': await plainPng(1), 'own/dog/1.png': await plainPng(2) };
	const trees: [string, Record<string, Buffer | string>, string][] = [
		['a', await ckPlus48Files(), 'ckplus-48'],
		['b', await ckPlusFiles(), 'ckplus-release'],
		['c', await rafDbFiles(), 'rafdb-folders'],
		['d', await rafDbReleaseFiles(), 'rafdb-release'],
		['e', await affectNetFiles(), 'affectnet-release'],
		['f', faces, 'class-folders'],
		['g', await layoutFiles(), 'class-folders'],
		['AffectNet', { 'train/0/1.png': 'x', 'train/7/1.png': 'x', 'val/0/1.png': 'x' }, 'affectnet-folders'],
		['i', { 'AF01/AF01ANS.JPG': 'x', 'AF01/AF01HAFL.JPG': 'x', 'README.txt': 'x' }, 'kdef'],
		['j', { 'jaffe/KA.AN1.39.tiff': 'x' }, 'jaffe'],
		['k', { 'data/label.lst': 'x', 'data/origin/a.jpg': 'x' }, 'expw'],
		['l', { 'data/train-00000-of-00001.parquet': 'x', 'README.md': 'x' }, 'parquet'],
		['m', { 'labels.csv': 'image,label\n1.png,sad\n', '1.png': 'x' }, 'image-table'],
		['h', { 'fer2013/fer2013.csv': csvText(1), 'fer2013/README': 'x' }, 'fer2013-csv'],
	];
	for (const [name, files, layout] of trees) {
		const folder = path.join(root, name);
		writeFiles(folder, files);
		assert.equal((await detectLayout(folder)).layout, layout, layout);
		const entries = Object.entries(files).map(([name, content]) => ({ name, content }));
		for (const [ending, content] of [
			['tar.gz', gzipSync(makeTar(entries))],
			['zip', makeZip(entries)],
		] as const) {
			writeFileSync(path.join(root, `${name}.${ending}`), content);
			assert.equal((await detectLayout(path.join(root, `${name}.${ending}`))).layout, layout, `${layout} ${ending}`);
		}
	}
	writeFiles(root, { 'one.csv': csvText(1), 'two.csv': ferPlusText([ROW]) });
	writeFileSync(path.join(root, 'three.csv.gz'), gzipSync(csvText(1)));
	const found = ['one.csv', 'two.csv', 'three.csv.gz'].map((name) => detectLayout(path.join(root, name)));
	assert.deepEqual(
		(await Promise.all(found)).map(({ layout }) => layout),
		['fer2013-csv', 'ferplus', 'fer2013-csv'],
	);
});

test('FER2013’s images are told by their number, which nothing else has', async (t) => {
	const folder = temporaryFolder(t);
	const classes = ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'];
	const images = (count: number) =>
		Array.from({ length: count }, (_, image) => ({
			name: `${image % 5 ? 'train' : 'test'}/${classes[image % 7]}/${image}.jpg`,
		}));
	for (const [count, layout] of [
		[35_887, 'fer2013-folders'],
		[35_886, 'class-folders'],
	] as const) {
		const file = path.join(folder, `${count}.tar`);
		writeFileSync(file, makeTar(images(count)));
		assert.equal((await detectLayout(file)).layout, layout);
	}
});

test('FER2013 is found beside FER+’s votes, and is then the source', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, {
		'fer2013new.csv': ferPlusText([ROW]),
		'fer2013.tar.gz': gzipSync(makeTar([{ name: 'fer2013/fer2013.csv', content: csvText(1) }])),
	});
	assert.deepEqual(await detectLayout(folder), { layout: 'fer2013-csv', source: path.join(folder, 'fer2013.tar.gz') });
});

test('what is none of them is described, with all that is known', async (t) => {
	const folder = temporaryFolder(t);
	await assert.rejects(detectLayout(path.join(folder, 'none')), /the path of a file or folder for source/);
	await assert.rejects(detectLayout(folder), /a data set in a known layout in .* but received no file/);
	writeFiles(folder, { 'a/1.txt': 'hello', 'a/2.txt': 'x', 'b.pdf': 'x' });
	await assert.rejects(detectLayout(folder), (error: Error) => {
		assert.match(error.message, /received 3 files \(2 \.txt, 1 \.pdf\), such as a\/1\.txt, a\/2\.txt, b\.pdf/);
		for (const text of Object.values(LAYOUTS)) assert.ok(error.message.includes(`- ${text}`), text);
		return true;
	});
	await assert.rejects(detectLayout(path.join(folder, 'a/1.txt')), /received a file that begins "hello"/);
	renameSync(path.join(folder, 'a'), path.join(folder, '.a'));
	await assert.rejects(detectLayout(folder), /received 1 file \(1 \.pdf\), such as b\.pdf; passed over: 1 hidden\./);
	const nested = path.join(folder, 'x.zip');
	writeFileSync(nested, makeZip([{ name: 'readme.txt' }, { name: 'fer2013.zip', content: 'x' }]));
	await assert.rejects(detectLayout(nested), /Unpack fer2013\.zip first\. Known layouts/);
});
