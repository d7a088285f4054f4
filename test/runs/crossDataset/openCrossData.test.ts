import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Dataset, imageAt, imagesOf } from '../../../lib/data/dataset';
import { createConfig } from '../../../lib/profiles';
import { collectCross } from '../../../lib/runs/crossDataset/crossStudy';
import {
	type CrossData,
	type CrossPlaces,
	countCrossData,
	openCrossData,
} from '../../../lib/runs/crossDataset/openCrossData';
import { ckPlus48Files, rafDbFiles } from '../../data/readers/layouts';
import { temporaryFolder, writeFiles } from '../../data/readers/sources';

const CONFIG = createConfig('quick', { sampleFaces: 70, protocol: 'official' });

const standInsOf = (data: CrossData) =>
	collectCross({ name: 'cross', config: CONFIG, data, projectFolder: 'unused' }, []).standIns;

/** A project without data, and paths of sets that lie elsewhere. */
function placesIn(t: TestContext, paths: CrossPlaces['paths'] = {}): CrossPlaces {
	const projectFolder = temporaryFolder(t);
	return { projectFolder, folder: path.join(projectFolder, 'runs', 'cross'), paths };
}

/** RAF-DB's layout with two images a class and part, which a validation part can be drawn from. */
async function writtenRafDb(t: TestContext, copies = 2): Promise<string> {
	const folder = temporaryFolder(t);
	const files = await rafDbFiles();
	for (let copy = 0; copy < copies; copy++) {
		const renamed = Object.entries(files).filter(([name]) => name.endsWith('.jpg'));
		writeFiles(
			folder,
			Object.fromEntries(renamed.map(([name, content]) => [name.replace('_0000', `_1${copy}00`), content])),
		);
	}
	return folder;
}

const sizes = (dataset: Dataset) =>
	(['Training', 'PublicTest', 'PrivateTest', 'Test'] as const).map((usage) => imagesOf(dataset, usage).length);

describe('openCrossData', () => {
	it('draws other faces for each set, in the set’s own layout, where none is at hand', async (t) => {
		const places = placesIn(t);
		const stages = new Set<string>();
		const data = await openCrossData(CONFIG, { ...places, onProgress: ({ stage }) => void stages.add(stage) });
		assert.deepEqual(sizes(data.fer2013), [56, 7, 7, 0]);
		// Of 63 faces for training ceil(6.3) are for validation.
		assert.deepEqual(sizes(data.rafDb), [56, 7, 7, 0]);
		assert.deepEqual(sizes(data.ckPlus), [0, 0, 60, 0]);
		const kind = { name: 'sample faces', drawn: true, shape: [48, 48, 1] };
		for (const { name, drawn, shape } of [data.fer2013, data.rafDb, data.ckPlus]) {
			assert.deepEqual({ name, drawn, shape: [...shape] }, kind);
		}
		const faces = [data.fer2013, data.ckPlus].flatMap((dataset) =>
			Array.from(dataset.labels, (_, index) => Buffer.from(imageAt(dataset, index)).toString('base64')),
		);
		assert.equal(new Set(faces).size, faces.length);
		assert.equal(new Set(data.subjects.ckPlus).size, 60);
		assert.deepEqual(standInsOf(data), ['FER2013', 'RAF-DB', 'CK+']);
		assert.deepEqual(readdirSync(path.join(places.folder, 'drawn faces')).sort(), ['CK+', 'RAF-DB']);
		assert.ok(stages.has('Drawing sample faces') && stages.has('Decoding the images of RAF-DB'));
		assert.deepEqual((await openCrossData(CONFIG, places)).rafDb.fingerprint, data.rafDb.fingerprint);
	});

	it('reads what is at hand, and says for what else faces stand in', async (t) => {
		const ckPlus = temporaryFolder(t);
		writeFiles(ckPlus, await ckPlus48Files());
		const rafDb = await writtenRafDb(t, 10);
		const data = await openCrossData(CONFIG, placesIn(t, { rafDb, ckPlus }));
		assert.deepEqual(standInsOf(data), ['FER2013']);
		assert.equal(data.rafDb.name, 'RAF-DB');
		assert.deepEqual(sizes(data.rafDb), [63, 7, 70, 0]);
		assert.equal(data.ckPlus.name, 'CK+');
		assert.deepEqual(sizes(data.ckPlus), [0, 0, 12, 0]);
		// Two people, an image an emotion each.
		assert.deepEqual([...(data.subjects.ckPlus ?? [])], [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
	});

	it('draws all with alwaysDraw, whatever is at hand', async (t) => {
		const places = placesIn(t, { fer2013: '/nowhere', rafDb: '/nowhere', ckPlus: '/nowhere' });
		const config = createConfig('smoke', { sampleFaces: 70, protocol: 'official' });
		assert.equal(standInsOf(await openCrossData(config, places)).length, 3);
	});

	it('refuses a path that leads nowhere, and another data set', async (t) => {
		await assert.rejects(openCrossData(CONFIG, placesIn(t, { rafDb: '/nowhere' })), {
			name: 'RangeError',
			message:
				'Expected the path of RAF-DB for RAFDB_PATH but received "/nowhere". Correct the path, or unset RAFDB_PATH.',
		});
		const rafDb = await writtenRafDb(t);
		await assert.rejects(openCrossData(CONFIG, placesIn(t, { ckPlus: rafDb })), {
			name: 'DataError',
			message: /Expected CK\+ in fer-test-\w+ but received the layout rafdb-folders\. Set CKPLUS_PATH/,
		});
	});
});

describe('countCrossData', () => {
	it('counts training and test faces of each emotion', async (t) => {
		const ckPlus = temporaryFolder(t);
		writeFiles(ckPlus, await ckPlus48Files());
		const rows = countCrossData(await openCrossData(CONFIG, placesIn(t, { ckPlus })));
		assert.equal(rows.length, 7);
		const { 'RAF-DB training': training, ...happy } = rows[3];
		assert.deepEqual(happy, {
			emotion: 'happy',
			'FER2013 training': 8,
			'FER2013 PrivateTest': 1,
			'RAF-DB test': 1,
			'CK+': 2,
		});
		// Nine faces a class, one of them for validation.
		assert.equal(training, 8);
		assert.equal(rows[6]['CK+'], 0);
	});
});
