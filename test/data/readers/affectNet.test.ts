import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { imageAt, USAGES } from '../../../lib/data/dataset';
import { readAffectNet } from '../../../lib/data/readers/affectNet';
import { affectNetFiles, npy, plainJpeg } from './layouts';
import { temporaryFolder, writeFiles } from './sources';

/** AffectNet's numbers of our emotions, times 10. */
const VALUES = [60, 50, 40, 10, 20, 30, 0];
const TEST = USAGES.indexOf('Test');

test('the release maps its annotations; the validation part serves as test', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, await affectNetFiles());
	const { dataset, dropped } = await readAffectNet(folder);
	assert.deepEqual([...dataset.labels], [0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6]);
	assert.deepEqual([...(dataset.usage ?? [])], [...Array(7).fill(0), ...Array(7).fill(TEST)]);
	assert.deepEqual(
		Array.from({ length: 14 }, (_, image) => imageAt(dataset, image)[0]),
		[...VALUES, ...VALUES],
	);
	assert.deepEqual(dropped, { contempt: 2 });
});

test('class folders by number or name give the same; beside a test part the validation part is PublicTest', async (t) => {
	const [numbers, names] = [temporaryFolder(t), temporaryFolder(t)];
	const folders = ['Neutral', 'Happy', 'Sad', 'Surprise', 'Fear', 'Disgust', 'Anger', 'Contempt'];
	for (const [code, name] of folders.entries()) {
		for (const part of ['train', 'val', 'test']) {
			writeFiles(numbers, { [`${part}/${code}/a.jpg`]: await plainJpeg(10 * code) });
			writeFiles(names, { [`${part}/${name}/a.jpg`]: await plainJpeg(10 * code) });
		}
	}
	const { dataset, dropped } = await readAffectNet(numbers);
	assert.deepEqual(
		[...(dataset.usage ?? [])],
		[0, 1, 2].flatMap((part) => Array(7).fill(part)),
	);
	assert.deepEqual(
		Array.from({ length: 7 }, (_, image) => imageAt(dataset, image)[0]),
		VALUES,
	);
	assert.deepEqual(dropped, { contempt: 3 });
	assert.equal((await readAffectNet(names)).dataset.fingerprint, dataset.fingerprint);
});

test('an unknown class, a lost file and a broken annotation are refused by name', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, await affectNetFiles());
	const annotation = path.join(folder, 'val_set/annotations/3_exp.npy');
	writeFileSync(annotation, npy('11'));
	await assert.rejects(readAffectNet(folder), /AffectNet's classes 0 to 10, or emotions.*received "11"/);
	for (const content of [npy('x'), npy('3').subarray(0, 130), Buffer.from('3')]) {
		writeFileSync(annotation, content);
		await assert.rejects(
			readAffectNet(folder),
			/one whole number in NumPy’s format in val_set\/annotations\/3_exp\.npy/,
		);
	}
	rmSync(annotation);
	await assert.rejects(readAffectNet(folder), /an annotation for the image val_set\/images\/3\.jpg/);
	writeFileSync(annotation, npy('3'));
	rmSync(path.join(folder, 'val_set/images/3.jpg'));
	await assert.rejects(readAffectNet(folder), /an image for the annotation val_set\/3/);
});
