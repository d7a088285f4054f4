import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFiles } from '../../../lib/data/readers/fileTree';
import { imageForm } from '../../../lib/data/readers/imageForm';
import { plainJpeg } from './layouts';
import { plainPng, temporaryFolder, writeFiles } from './sources';

/** The form found for images with these contents. */
async function formOf(folder: string, contents: readonly (Buffer | string)[]) {
	writeFiles(folder, Object.fromEntries(contents.map((content, at) => [`${at}.png`, content])));
	const tree = await openFiles(folder);
	return imageForm(
		tree,
		contents.map((_, at) => `${at}.png`),
		{},
	);
}

test('images of 48 x 48 pixels are grey, as in FER2013', async (t) => {
	assert.deepEqual(await formOf(temporaryFolder(t), [await plainPng(1), await plainJpeg(2, 48)]), {
		size: 48,
		channels: 1,
	});
});

test('others keep the median of their sizes, at most 112 pixels, and their colours', async (t) => {
	const sides = [20, 64, 30];
	const grey = await Promise.all(sides.map((side) => plainPng(3, side)));
	assert.deepEqual(await formOf(temporaryFolder(t), grey), { size: 30, channels: 1 });
	const large = await Promise.all([300, 200, 100].map((side) => plainJpeg(3, side)));
	assert.deepEqual(await formOf(temporaryFolder(t), large), { size: 112, channels: 3 });
	assert.deepEqual(await formOf(temporaryFolder(t), [...grey, await plainJpeg(3, 30)]), { size: 30, channels: 3 });
});

test('unreadable images do not count, and what was chosen stays', async (t) => {
	const folder = temporaryFolder(t);
	assert.deepEqual(await formOf(folder, ['nonsense', await plainPng(3, 20)]), { size: 20, channels: 1 });
	const tree = await openFiles(folder);
	assert.deepEqual(await imageForm(tree, ['1.png'], { channels: 3 }), { size: 20, channels: 3 });
	assert.deepEqual(await imageForm(tree, ['nothing.png'], { size: 9, channels: 1 }), { size: 9, channels: 1 });
});
