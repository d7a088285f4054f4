import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { readFaces } from '../../../lib/data/readers/readFaces';
import { bytesOf } from '../bytesOf';
import { plainJpeg } from './layouts';
import { makeZip, plainPng, temporaryFolder, writeFiles } from './sources';

test('KDEF: persons, expressions and all angles, in folders of persons, flat and in an archive', async (t) => {
	const folder = temporaryFolder(t);
	const stems = ['AF01AFS', 'AF01ANFL', 'BF01HAHR', 'AM02DIFR', 'AM02NES', 'BM02SAHL', 'AM02SUS'];
	const files = Object.fromEntries(
		await Promise.all(
			stems.map(async (stem, at) => [`KDEF/${stem.slice(0, 4)}/${stem}.JPG`, await plainJpeg(10 * at, 20)]),
		),
	);
	const flat = Object.entries(files).map(([name, content]) => ({
		name: path.basename(name),
		content: content as Buffer,
	}));
	writeFiles(path.join(folder, 'a'), files);
	writeFiles(folder, { 'b.zip': makeZip(flat) });
	for (const place of ['a', 'b.zip']) {
		const notes: string[] = [];
		const { layout, dataset, subjects } = await readFaces(path.join(folder, place), {
			onNote: (text) => void notes.push(text),
		});
		assert.equal(layout, 'kdef');
		assert.deepEqual([...dataset.labels], [0, 1, 2, 3, 4, 5, 6]);
		// Women first: F01 in both sessions, then M02.
		assert.deepEqual(
			[subjects, [...(dataset.persons ?? [])]],
			[
				['F01', 'M02'],
				[0, 1, 0, 0, 1, 1, 1],
			],
		);
		assert.deepEqual([dataset.usage, bytesOf(dataset)[0]], [undefined, 10]);
		assert.match(notes[0], /^Faces from all angles are read: .*3 straight/);
		assert.match(notes[0], /1 full left profile/);
	}
});

test('JAFFE: TIFF files, and other files among the images', async (t) => {
	const folder = temporaryFolder(t);
	const tiff = await sharp(await plainPng(7))
		.tiff()
		.toBuffer();
	const codes = ['AN1.39', 'DI2.43', 'FE3.47', 'HA1.29', 'NE1.26', 'SA2.34', 'SU1.36', 'HA2.30', 'HA3.31', 'SA1.33'];
	writeFiles(folder, Object.fromEntries(codes.map((code) => [`jaffe/KA.${code}.tiff`, tiff])));
	writeFiles(folder, { 'jaffe/KM.AN1.17.tiff': tiff, 'jaffe/README': 'x' });
	const { layout, dataset, subjects, passedOver } = await readFaces(folder);
	assert.deepEqual(
		[layout, dataset.labels.length, subjects, passedOver],
		['jaffe', 11, ['KA', 'KM'], { 'without ending': 1 }],
	);
	assert.deepEqual([...new Set(dataset.labels)], [0, 1, 2, 3, 4, 5, 6]);
	assert.ok(bytesOf(dataset).every((pixel) => pixel === 7));
	writeFiles(folder, { 'jaffe/cover.png': await plainPng(1) });
	const { dropped } = await readFaces(folder);
	assert.deepEqual(dropped, { 'without person and expression in the name': 1 });
});

test('images of other endings are read, and a note tells about GIF', async (t) => {
	const folder = temporaryFolder(t);
	const image = () => sharp({ create: { width: 8, height: 8, channels: 3, background: 'gray' } });
	const jpeg = await image().jpeg().toBuffer();
	const bmp = Buffer.alloc(54 + 4);
	bmp.write('BM');
	for (const [place, value] of [
		[10, 54],
		[14, 40],
		[18, 1],
		[22, 1],
	])
		bmp.writeUInt32LE(value, place);
	bmp.writeUInt16LE(1, 26);
	bmp.writeUInt16LE(24, 28);
	const gif = await image().gif().toBuffer();
	writeFiles(folder, {
		'a/1.JPE': jpeg,
		'a/2.jfif': jpeg,
		'a/3.BMP': bmp,
		'b/4.gif': gif,
		'b/5.tif': await image().tiff().toBuffer(),
		'b/6.webp': await image().webp().toBuffer(),
	});
	const notes: string[] = [];
	const { layout, dataset } = await readFaces(folder, { onNote: (text) => void notes.push(text) });
	assert.deepEqual([layout, [...dataset.labels]], ['class-folders', [0, 0, 0, 1, 1, 1]]);
	assert.ok(notes.includes('GIF files (1): only the first frame of each is read.'));
});
