import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { imageAt } from '../../../lib/data/dataset';
import { ckPlusSubject, readCkPlus, readCkPlus48 } from '../../../lib/data/readers/ckPlus';
import type { FaceSet } from '../../../lib/data/readers/faceSet';
import { ckPlus48Files, ckPlusFiles } from './layouts';
import { plainPng, temporaryFolder, writeFiles } from './sources';

const firstPixels = ({ dataset }: FaceSet) => Array.from(dataset.labels.keys(), (image) => imageAt(dataset, image)[0]);

test('a frame’s name tells its subject', () => {
	assert.equal(ckPlusSubject('CK+48/anger/S010_004_00000017.png'), 'S010');
	for (const name of ['S010_004_17.png', 'X010_004_00000017.png', 'a.png'])
		assert.equal(ckPlusSubject(name), undefined);
});

test('CK+48 maps its folders, drops and counts contempt, and groups by subject', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, await ckPlus48Files());
	const faces = await readCkPlus48(folder);
	assert.deepEqual([...faces.dataset.labels], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
	assert.deepEqual(firstPixels(faces), [0, 0, 10, 10, 20, 20, 30, 30, 40, 40, 50, 50]);
	assert.deepEqual(faces.dropped, { contempt: 2 });
	assert.deepEqual(faces.subjects, ['S010', 'S138']);
	assert.deepEqual([...(faces.dataset.persons ?? [])], [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
	assert.equal(faces.dataset.usage, undefined);
});

test('CK+48 refuses a file that does not say its subject', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, { ...(await ckPlus48Files()), 'CK+48/fear/face.png': await plainPng(1) });
	await assert.rejects(readCkPlus48(folder), /names such as S010_004_00000017\.png.*CK\+48\/fear\/face\.png/);
});

test('the release gives peaks, first frames as neutral, and counts the rest', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, await ckPlusFiles());
	const faces = await readCkPlus(folder);
	// Disgust: sequence 0, frames 3 to 5. Surprise: sequence 3. Neutral: first frames of sequences 0, 1 and 3.
	assert.deepEqual([...faces.dataset.labels], [1, 1, 1, 5, 5, 5, 6, 6, 6]);
	assert.deepEqual(firstPixels(faces), [3, 4, 5, 33, 34, 35, 1, 11, 31]);
	assert.deepEqual(faces.dropped, { contempt: 3, 'without a label': 5 });
	assert.deepEqual(faces.subjects, ['S005', 'S010', 'S999']);
	assert.deepEqual([...(faces.dataset.persons ?? [])], [0, 0, 0, 2, 2, 2, 0, 1, 2]);
});

test('the release without frames, with a wrong emotion or with short sequences is refused', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, await ckPlusFiles());
	const frames = path.join(folder, 'cohn-kanade-images/S005/001');
	for (const frame of [1, 2])
		renameSync(path.join(frames, `S005_001_0000000${frame}.png`), path.join(folder, `.${frame}`));
	await assert.rejects(readCkPlus(folder), /at least 4 frames in sequence S005_001/);
	for (const frame of [1, 2])
		renameSync(path.join(folder, `.${frame}`), path.join(frames, `S005_001_0000000${frame}.png`));
	const emotion = path.join(folder, 'Emotion/S005/001/S005_001_00000005_emotion.txt');
	for (const text of ['9.0', '', 'angry']) {
		writeFileSync(emotion, text);
		await assert.rejects(
			readCkPlus(folder),
			/an emotion from 0 to 7 in Emotion\/S005\/001\/S005_001_00000005_emotion\.txt/,
			text,
		);
	}
	writeFileSync(emotion, '3');
	renameSync(path.join(folder, 'cohn-kanade-images/S005'), path.join(folder, '.hidden'));
	await assert.rejects(readCkPlus(folder), /frames of sequence S005_001/);
	rmSync(path.join(folder, 'Emotion'), { recursive: true });
	await assert.rejects(readCkPlus(folder), /files such as S005_001_00000011_emotion\.txt.*none/);
});

test('CK+48 as Kaggle has it is read whole', async (t) => {
	const place = process.env.CKPLUS_PATH;
	// No data set is kept in the project.
	if (!place) return t.skip('Set CKPLUS_PATH to where CK+48 lies to read the real data set.');
	const faces = await readCkPlus48(path.resolve(place));
	const counts = [135, 177, 75, 207, 84, 249, 0];
	assert.deepEqual(
		counts.map((_, label) => faces.dataset.labels.filter((own) => own === label).length),
		counts,
	);
	assert.deepEqual(faces.dropped, { contempt: 54 });
});
