import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { imageAt, USAGES } from '../../../lib/data/dataset';
import { readRafDb } from '../../../lib/data/readers/rafDb';
import { rafDbFiles, rafDbReleaseFiles } from './layouts';
import { temporaryFolder, writeFiles } from './sources';

const TEST = USAGES.indexOf('Test');

test('Kaggle’s folders and the release give the same data set: labels mapped, parts kept', async (t) => {
	const [kaggle, release] = [temporaryFolder(t), temporaryFolder(t)];
	writeFiles(kaggle, await rafDbFiles());
	writeFiles(release, await rafDbReleaseFiles());
	const { dataset, sizes } = await readRafDb(kaggle);
	assert.deepEqual([...dataset.labels], [0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6]);
	assert.deepEqual([...(dataset.usage ?? [])], [...Array(7).fill(0), ...Array(7).fill(TEST)]);
	// Angry is RAF-DB's 6, disgust 3, fear 2, happy 4, sad 5, surprise 1, neutral 7.
	const values = [60, 30, 20, 40, 50, 10, 70];
	const found = Array.from({ length: 14 }, (_, image) => imageAt(dataset, image)[0]);
	assert.deepEqual(found, [...values, ...values.map((value) => value + 5)]);
	assert.deepEqual(sizes, { '100x100': 14 });
	assert.equal((await readRafDb(release)).dataset.fingerprint, dataset.fingerprint);
});

test('Kaggle’s folders do without the tables', async (t) => {
	const [kaggle, bare] = [temporaryFolder(t), temporaryFolder(t)];
	const files = await rafDbFiles();
	writeFiles(kaggle, files);
	writeFiles(bare, Object.fromEntries(Object.entries(files).filter(([name]) => name.endsWith('.jpg'))));
	assert.equal((await readRafDb(bare)).dataset.fingerprint, (await readRafDb(kaggle)).dataset.fingerprint);
});

test('images and labels that do not fit together are refused with their row', async (t) => {
	const folder = temporaryFolder(t);
	const files = await rafDbFiles();
	const table = String(files['RAF-DB/train_labels.csv']);
	const cases: [string, RegExp][] = [
		[
			table.replace('00003_aligned.jpg,3', '00003_aligned.jpg,4'),
			/label 3, as the image’s folder, in row 4 of RAF-DB\/train_labels\.csv but received 4/,
		],
		[table.replace('train_00003_aligned.jpg,3\n', ''), /a label for each image.*none for RAF-DB\/DATASET\/train\/3/],
		[`${table}train_00008_aligned.jpg,1\n`, /the image train_00008, named in row 9 of/],
		[`${table}train_00003_aligned.jpg,3\n`, /each image once in row 9 of/],
		[`${table}nonsense\n`, /an image and its label in row 9 of .* received "nonsense"/],
	];
	for (const [text, message] of cases) {
		writeFiles(folder, { ...files, 'RAF-DB/train_labels.csv': text });
		await assert.rejects(readRafDb(folder), message);
	}
});

test('a release with a number outside 1 to 7, or without images, is refused', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, await rafDbReleaseFiles());
	const list = path.join(folder, 'basic/EmoLabel/list_patition_label.txt');
	for (const code of ['0', '8', 'x']) {
		writeFileSync(list, `train_00001.jpg ${code}\n`);
		rmSync(path.join(folder, 'basic/Image/original'), { recursive: true, force: true });
		for (const part of ['train', 'test']) {
			for (let image = part === 'train' ? 2 : 1; image <= 7; image++) {
				rmSync(path.join(folder, `basic/Image/aligned/${part}_0000${image}_aligned.jpg`), { force: true });
			}
		}
		await assert.rejects(
			readRafDb(folder),
			/a label from 1 to 7 in row 1 of basic\/EmoLabel\/list_patition_label\.txt/,
		);
	}
	rmSync(path.join(folder, 'basic/Image'), { recursive: true });
	await assert.rejects(readRafDb(folder), /images such as train_00001_aligned\.jpg.*none/);
});

test('RAF-DB as Kaggle has it is read whole', async (t) => {
	const place = process.env.RAFDB_PATH;
	// No data set is kept in the project.
	if (!place) return t.skip('Set RAFDB_PATH to where RAF-DB lies to read the real data set.');
	const { dataset } = await readRafDb(path.resolve(place), { size: 8 });
	const counts = (part: number) =>
		Array.from(
			{ length: 7 },
			(_, label) => dataset.labels.filter((own, image) => own === label && dataset.usage?.[image] === part).length,
		);
	assert.deepEqual(counts(0), [705, 717, 281, 4772, 1982, 1290, 2524]);
	assert.deepEqual(counts(TEST), [162, 160, 74, 1185, 478, 329, 680]);
});
