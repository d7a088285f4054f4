import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { describeData, formatDescription } from '../../lib/data/describeData';
import { describeFigure } from '../../lib/figures/classDistribution';
import { ckPlus48Files, rafDbFiles } from './readers/layouts';
import { csvText, plainPng, temporaryFolder, writeFiles } from './readers/sources';

test('describes RAF-DB with its parts, sizes, copies across parts, blank and unreadable images', async (t) => {
	const folder = temporaryFolder(t);
	const files = await rafDbFiles();
	// Test's fear becomes train's surprise: a copy across parts. Every drawn image is of one value: blank.
	files['RAF-DB/DATASET/test/2/test_00002_aligned.jpg'] = files['RAF-DB/DATASET/train/1/train_00001_aligned.jpg'];
	files['RAF-DB/DATASET/test/7/test_00007_aligned.jpg'] = 'no image';
	writeFiles(folder, files);
	const description = await describeData(folder);
	assert.equal(description.layout, 'rafdb-folders');
	assert.deepEqual(description.shape, [100, 100, 1]);
	assert.deepEqual(description.parts, [
		{ part: 'Training', counts: [1, 1, 1, 1, 1, 1, 1] },
		{ part: 'Test', counts: [1, 1, 1, 1, 1, 1, 0] },
	]);
	assert.deepEqual(description.sizes, { '100x100': 13 });
	assert.equal(description.audit.blankImages, 13);
	assert.deepEqual(description.copyNames, [
		['RAF-DB/DATASET/train/1/train_00001_aligned.jpg', 'RAF-DB/DATASET/test/2/test_00002_aligned.jpg'],
	]);
	const text = formatDescription(description);
	assert.match(text, /^RAF-DB: 13 images\nLayout {4}rafdb-folders \(/);
	assert.match(text, /\nclass {5}Training {2}Test {2}all\nangry {12}1 {5}1 {4}2\n/);
	assert.match(text, /\nneutral {10}1 {5}0 {4}1\nall {14}7 {5}6 {3}13\n/);
	assert.match(text, /1 of {7}6 {2}test images with a copy in train/);
	// There is no validation part to look into.
	assert.doesNotMatch(text, /validation/);
	assert.match(text, /Unreadable files: 1\n {2}RAF-DB\/DATASET\/test\/7\/test_00007_aligned\.jpg: /);
});

test('describes CK+48: subjects, contempt left out, 6-way, and a figure that calls the images all', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, await ckPlus48Files());
	const description = await describeData(folder);
	const text = formatDescription(description);
	assert.match(
		text,
		/Subjects {2}2; a split must keep each of them whole\nLeft out {2}2 contempt\nMissing {3}neutral: 6-way\n/,
	);
	const figure = describeFigure(description);
	assert.equal(figure.data.length, 1);
	const [trace] = figure.data;
	assert.equal(trace.name, 'all images (12)');
	assert.ok('y' in trace);
	assert.deepEqual(trace.y, [2, 2, 2, 2, 2, 2, 0]);
	const captions = figure.layout.annotations?.map(({ text }) => text).join(' ');
	assert.match(captions ?? '', /Left out: 2 contempt\. No image of neutral: 6-way\./);
});

test('describes FER2013 by rows, and own classes as such', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, {
		'a/fer2013.csv': csvText(8),
		'b/cat/1.png': await plainPng(1),
		'b/dog/1.png': await plainPng(1),
	});
	const fer2013 = await describeData(path.join(folder, 'a'));
	assert.deepEqual(
		fer2013.parts.map(({ part, counts }) => [part, counts.reduce((sum, count) => sum + count, 0)]),
		[
			['Training', 4],
			['PublicTest', 2],
			['PrivateTest', 2],
		],
	);
	assert.deepEqual(
		describeFigure(fer2013).data.map(({ name }) => name),
		['training (4)', 'validation (2)', 'test (2)'],
	);
	const own = await describeData(path.join(folder, 'b'));
	assert.deepEqual([own.areEmotions, own.missing, own.copyNames], [false, [], [['cat/1.png', 'dog/1.png']]]);
	assert.match(formatDescription(own), /Classes {3}the folders/);
});

test('describes what was not read, whether FER2013 is the published one, and the numbers of classes', async (t) => {
	const folder = temporaryFolder(t);
	const png = await plainPng(1);
	writeFiles(folder, {
		'AffectNet/train/0/a.png': png,
		'AffectNet/train/7/a.png': png,
		'AffectNet/README.md': 'x',
		'AffectNet/.hidden': 'x',
		'own/1/a.png': png,
		'own/2/a.png': png,
		'mixed/happy/a.png': png,
		'mixed/calm/a.png': png,
		'x.csv': csvText(8).replaceAll(',', ';'),
	});
	const text = async (name: string) => formatDescription(await describeData(path.join(folder, name)));
	const affectNet = await text('AffectNet');
	assert.match(
		affectNet,
		/\nNot read {2}1 \.md, 1 hidden\nNote {6}Files that were not read: .*\.md\.\nNote {6}.* those of AffectNet: 0 neutral, 1 happiness, 2 sadness, /,
	);
	const own = await text('own');
	assert.match(own, /which emotion each number stands for is not known.*\nNote {6}FER2013: 0 angry, /s);
	assert.match(own, /\nNote {6}RAF-DB: 1 surprise, /);
	assert.match(await text('mixed'), /not all are named after our emotions: calm\n/);
	const table = await text('x.csv');
	assert.match(table, /\nNote {6}x\.csv is not as published: columns separated by ;\.\n/);
	assert.match(table, /\nNote {6}This is not the whole of FER2013\. Expected .* images in /);
});
