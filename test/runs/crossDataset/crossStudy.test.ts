import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { subset } from '../../../lib/data/dataset';
import { createConfig } from '../../../lib/profiles';
import type { CrossRow } from '../../../lib/runs/crossDataset/crossResults';
import { type CrossStudy, collectCross, trainAndTest } from '../../../lib/runs/crossDataset/crossStudy';
import { openCrossData } from '../../../lib/runs/crossDataset/openCrossData';
import { tf } from '../../../lib/tensorflow/tf';

const CONFIG = createConfig('smoke', {
	protocol: 'official',
	sampleFaces: 140,
	imageSize: 32,
	phase1: { images: 32, batchSize: 16 },
	phase2: { imagesPerEpoch: 32, batchSize: 16 },
});

const SETS = [{ title: 'FER2013' }, { title: 'RAF-DB' }, { title: 'CK+', testOnly: true }];
const BOTH = ['FER2013', 'RAF-DB'];

let projectFolder: string;
let study: CrossStudy;
let row: CrossRow;
let tensors: number;

before(async () => {
	projectFolder = mkdtempSync(join(tmpdir(), 'study '));
	symlinkSync(resolve(__dirname, '../../../.venv'), join(projectFolder, '.venv'));
	const places = { projectFolder, folder: join(projectFolder, 'runs', 'cross'), sets: SETS };
	const data = await openCrossData(CONFIG, places);
	study = { name: 'cross', config: CONFIG, data, projectFolder };
	tensors = tf.memory().numTensors;
	row = await trainAndTest(study, BOTH);
});
after(() => rmSync(projectFolder, { recursive: true, force: true }));

describe('trainAndTest', () => {
	it('trains on the training parts of its sets alone, chooses on their validation parts', () => {
		// 112 and 14 of FER2013's stand-in; of the 126 others for training ceil(12.6) are for validation.
		assert.deepEqual(row.split, { train: 112 + 113, validation: 14 + 13 });
		assert.deepEqual(row.epochs, { phase1: 1, phase2: 1 });
		assert.match(row.notes.join('\n'), /^Phase 1: 1 epoch in .*\nPhase 2: 1 epoch in /);
		assert.ok(row.seconds > 0 && row.calibration.temperature > 0);
		assert.ok(existsSync(join(projectFolder, 'runs', 'cross', 'both', 'phase2')));
	});

	it('tests on the test part of every set, six-way too where neutral is missing', () => {
		const { FER2013: fer2013, 'RAF-DB': rafDb, 'CK+': ckPlus } = row.tests;
		assert.deepEqual([fer2013.n, rafDb.n, ckPlus.n], [14, 14, 120]);
		for (const tests of [fer2013, rafDb]) {
			assert.deepEqual(tests.present, [0, 1, 2, 3, 4, 5, 6]);
			assert.equal(tests.presentClasses, undefined);
		}
		assert.deepEqual(ckPlus.present, [0, 1, 2, 3, 4, 5]);
		const { allClasses, presentClasses } = ckPlus;
		assert.equal(allClasses.confusionMatrix.length, 7);
		assert.deepEqual(allClasses.confusionMatrix[6], [0, 0, 0, 0, 0, 0, 0]);
		assert.deepEqual(Object.keys(presentClasses?.perClass ?? {}), [
			'angry',
			'disgust',
			'fear',
			'happy',
			'sad',
			'surprise',
		]);
		const supports = Object.values(presentClasses?.perClass ?? {}).map(({ support }) => support);
		assert.deepEqual(supports, [20, 20, 20, 20, 20, 20]);
		// What was right among seven classes is right among six.
		assert.ok((presentClasses?.accuracy ?? 0) >= allClasses.accuracy);
	});

	it('leaves no tensor behind, and takes the stored training up the second time', async () => {
		assert.equal(tf.memory().numTensors, tensors);
		const again = await trainAndTest(study, BOTH);
		assert.match(again.notes.join('\n'), /Resumes the stored training of phase1, finished.*phase2, finished/s);
		assert.deepEqual(again.tests, row.tests);
	});

	it('takes its row from published results of the same settings and data, without training', async () => {
		const machine = { cpu: 'another', cores: 1, node: 'v20.0.0', tfjs: '4.22.0' };
		const published = { ...collectCross(study, [row]), machine };
		const copy = { ...study, name: 'other', published };
		const { notes, ...taken } = await trainAndTest(copy, BOTH);
		const { notes: before, ...trained } = row;
		assert.deepEqual(taken, trained);
		const note = 'Taken from docs/results/crossDataset.json; nothing was trained here.';
		assert.deepEqual(notes, [...before, note]);
		assert.equal(existsSync(join(projectFolder, 'runs', 'other')), false);
		assert.deepEqual(collectCross(copy, [row]).machine, machine);
		await assert.rejects(trainAndTest(copy, ['RAF-DB']), { name: 'DataError', message: /none of RAF-DB/ });
		await assert.rejects(trainAndTest({ ...copy, config: { ...CONFIG, seed: 7 } }, BOTH), {
			name: 'DataError',
			message: /config\.seed was 42 and is 7/,
		});
		const data = study.data.map((set) => ({ ...set, dataset: study.data[1].dataset }));
		await assert.rejects(trainAndTest({ ...copy, data }, BOTH), { message: /data\.CK\+ was/ });
	});

	it('refuses a protocol that would train on test images, votes, and data without the parts of official', async () => {
		const seeded = { ...study, config: { ...CONFIG, protocol: 'holdout' as const } };
		await assert.rejects(
			trainAndTest(seeded, ['RAF-DB']),
			/Expected official for config\.protocol but received "holdout"/,
		);
		const voting = { ...study, config: { ...CONFIG, ferPlus: { lossWeight: 1 } } };
		await assert.rejects(
			trainAndTest(voting, ['FER2013']),
			/the number 0 for config\.ferPlus\.lossWeight but received 1/,
		);
		const data = study.data.map((set) => ({ ...set, dataset: subset(set.dataset, [0, 1, 2]) }));
		await assert.rejects(trainAndTest({ ...study, data }, ['RAF-DB']), /one without PublicTest images/);
		await assert.rejects(trainAndTest(study, ['RAF-DBB']), /titles among RAF-DB, FER2013 for a training/);
	});
});
