import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Dataset, imageAt, imagesOf } from '../../../lib/data/dataset';
import { encodePng } from '../../../lib/data/image';
import { createConfig } from '../../../lib/profiles';
import { collectCross } from '../../../lib/runs/crossDataset/crossStudy';
import {
	type CrossData,
	type CrossPlaces,
	countCrossData,
	openCrossData,
} from '../../../lib/runs/crossDataset/openCrossData';
import { bytesOf } from '../../data/bytesOf';
import { ckPlus48Files, rafDbFiles } from '../../data/readers/layouts';
import { temporaryFolder, writeFiles } from '../../data/readers/sources';

const CONFIG = createConfig('quick', { sampleFaces: 70, protocol: 'official' });

const SETS = [{ title: 'FER2013' }, { title: 'RAF-DB' }, { title: 'CK+', testOnly: true }];

const standInsOf = (data: CrossData) =>
	collectCross({ name: 'cross', config: CONFIG, data, projectFolder: 'unused' }, []).standIns;

/** A project without data, and paths of sets that lie elsewhere, by title. */
function placesIn(t: TestContext, paths: Readonly<Record<string, string>> = {}): CrossPlaces {
	const projectFolder = temporaryFolder(t);
	const sets = SETS.map((set) => ({ ...set, path: paths[set.title] }));
	return { projectFolder, folder: path.join(projectFolder, 'runs', 'cross'), sets };
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
		const [fer2013, rafDb, ckPlus] = data.map(({ dataset }) => dataset);
		assert.deepEqual(sizes(fer2013), [56, 7, 7, 0]);
		// Of 63 faces for training ceil(6.3) are for validation.
		assert.deepEqual(sizes(rafDb), [56, 7, 7, 0]);
		assert.deepEqual(sizes(ckPlus), [0, 0, 60, 0]);
		const kind = { name: 'sample faces', drawn: true, shape: [48, 48, 1] };
		for (const { name, drawn, shape } of [fer2013, rafDb, ckPlus]) {
			assert.deepEqual({ name, drawn, shape: [...shape] }, kind);
		}
		const faces = [fer2013, ckPlus].flatMap((dataset) =>
			Array.from(dataset.labels, (_, index) => Buffer.from(imageAt(dataset, index)).toString('base64')),
		);
		assert.equal(new Set(faces).size, faces.length);
		assert.equal(new Set(data[2].persons).size, 60);
		assert.deepEqual(standInsOf(data), ['FER2013', 'RAF-DB', 'CK+']);
		assert.deepEqual(readdirSync(path.join(places.folder, 'drawn faces')).sort(), ['CK+', 'RAF-DB']);
		assert.ok(stages.has('Drawing sample faces') && stages.has('Decoding the images of RAF-DB'));
		assert.deepEqual((await openCrossData(CONFIG, places))[1].dataset.fingerprint, rafDb.fingerprint);
	});

	it('reads what is at hand, and says for what else faces stand in', async (t) => {
		const ckPlus = temporaryFolder(t);
		writeFiles(ckPlus, await ckPlus48Files());
		const data = await openCrossData(CONFIG, placesIn(t, { 'RAF-DB': await writtenRafDb(t, 10), 'CK+': ckPlus }));
		const [, rafDb, tested] = data.map(({ dataset }) => dataset);
		assert.deepEqual(standInsOf(data), ['FER2013']);
		assert.equal(rafDb.name, 'RAF-DB');
		assert.deepEqual(sizes(rafDb), [63, 7, 70, 0]);
		assert.equal(tested.name, 'CK+');
		assert.deepEqual(sizes(tested), [0, 0, 12, 0]);
		// Two people, an image an emotion each.
		assert.deepEqual([...(data[2].persons ?? [])], [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
	});

	it('draws all with alwaysDraw, whatever is at hand', async (t) => {
		const places = placesIn(t, { FER2013: '/nowhere', 'RAF-DB': '/nowhere', 'CK+': '/nowhere' });
		const config = createConfig('smoke', { sampleFaces: 70, protocol: 'official' });
		assert.equal(standInsOf(await openCrossData(config, places)).length, 3);
	});

	it('refuses a path that leads nowhere, and another data set', async (t) => {
		await assert.rejects(openCrossData(CONFIG, placesIn(t, { 'RAF-DB': '/nowhere' })), {
			name: 'RangeError',
			message:
				'Expected the path of a file or folder for the path of RAF-DB but received "/nowhere". There is no such file or folder.',
		});
		const rafDb = await writtenRafDb(t);
		await assert.rejects(openCrossData(CONFIG, placesIn(t, { 'CK+': rafDb })), {
			name: 'DataError',
			message: /Expected CK\+ in fer-test-\w+ but received RAF-DB\. Correct the path of one/,
		});
	});
});

/** Three faces of each of ten persons: angry, happy and tired, in a table beside the images. */
async function writtenOwn(t: TestContext, names = ['Anger', 'happy', 'tired']): Promise<string> {
	const folder = temporaryFolder(t);
	const shape = { height: 8, width: 8, channels: 1 } as const;
	const lines = ['image,label,person'];
	for (let person = 0; person < 10; person++) {
		for (const [label, name] of names.entries()) {
			const file = `${person}-${label}.png`;
			writeFiles(folder, { [file]: await encodePng(new Uint8Array(64).fill(20 * person + label), shape) });
			lines.push(`${file},${name},p${person}`);
		}
	}
	writeFiles(folder, { 'labels.csv': `${lines.join('\n')}\n` });
	return folder;
}

describe('a set of one’s own', () => {
	it('is mapped to the emotions by name, split by person, and tested person by person', async (t) => {
		const notes: string[] = [];
		const own = { title: 'Mine', path: await writtenOwn(t) };
		const sets = [own, { ...own, title: 'All of mine', testOnly: true }];
		const data = await openCrossData(CONFIG, { ...placesIn(t), sets, onNote: (text) => void notes.push(text) });
		assert.ok(notes.includes('Left out of Mine, as none of our emotions: 10 tired.'));
		const [{ dataset, persons = [] }, whole] = data;
		assert.deepEqual([dataset.name, dataset.emotions.length, dataset.shape], ['Mine', 7, [48, 48, 1]]);
		assert.deepEqual([...new Set(dataset.labels)], [0, 3]);
		// Of ten persons two are for testing, and one for validation: a tenth of 16 faces, rounded up.
		assert.deepEqual(sizes(dataset), [14, 2, 4, 0]);
		const personsIn = (usage: 'Training' | 'PublicTest' | 'PrivateTest') =>
			new Set(Array.from(imagesOf(dataset, usage), (index) => persons[index]));
		const groups = [personsIn('Training'), personsIn('PublicTest'), personsIn('PrivateTest')];
		assert.deepEqual(
			groups.map(({ size }) => size),
			[7, 1, 2],
		);
		assert.equal(new Set(groups.flatMap((group) => [...group])).size, 10);
		// Two faces a person: images and persons are still in the same order.
		const pixel = (index: number) => imageAt(dataset, index)[0];
		for (const [index, person] of [...persons].entries()) assert.equal(Math.floor(pixel(index) / 20), person);
		assert.deepEqual(sizes(whole.dataset), [0, 0, 20, 0]);
		assert.equal(new Set(whole.persons).size, 10);
		const [angry] = countCrossData(data);
		assert.deepEqual(angry, { emotion: 'angry', 'Mine training': 7, 'Mine test': 2, 'All of mine': 10 });
	});

	it('is refused without any of the emotions', async (t) => {
		const sets = [{ title: 'Mine', path: await writtenOwn(t, ['calm', 'tired']) }];
		await assert.rejects(openCrossData(CONFIG, { ...placesIn(t), sets }), {
			name: 'RangeError',
			message:
				/^Expected a data set with images of angry, .*neutral for the classes of Mine but received "calm, tired"\./,
		});
	});

	it('is replaced by drawn faces of its own without a path', async (t) => {
		const sets = [...SETS.slice(1, 2), { title: 'Mine' }, { title: 'Yours', testOnly: true }];
		const data = await openCrossData(CONFIG, { ...placesIn(t), sets });
		assert.deepEqual(standInsOf(data), ['RAF-DB', 'Mine', 'Yours']);
		assert.deepEqual(data.map(({ dataset }) => sizes(dataset)).slice(1), [
			[56, 7, 7, 0],
			[0, 0, 70, 0],
		]);
		assert.equal(new Set(data.map(({ dataset }) => Buffer.from(bytesOf(dataset)).toString('base64'))).size, 3);
	});
});

describe('sets and trainings that do not fit together', () => {
	const open = (t: TestContext, changes: Partial<CrossPlaces>) => {
		// A path that leads nowhere is found later, and data later still.
		const sets = [{ title: 'FER2013', path: '/nowhere' }, ...SETS.slice(1)];
		return openCrossData(CONFIG, { ...placesIn(t), sets, ...changes });
	};

	it('are refused before data is read', async (t) => {
		const refused: [Partial<CrossPlaces>, RegExp][] = [
			[{ sets: [] }, /^Expected at least one data set for sets but received "none"\.$/],
			[
				{ sets: [SETS[0], { title: 'fer2013' }] },
				/^Expected a title of its own for sets\[1\]\.title but received "fer2013"/,
			],
			[{ sets: [{ title: 'a/b' }] }, /for sets\[0\]\.title but received "a\/b"/],
			[{ sets: [{ title: '' }] }, /for sets\[0\]\.title but received ""/],
			[{ trainings: [['raf-bd']] }, /^Expected titles among RAF-DB, FER2013 for a training but received "raf-bd"\.$/],
			[{ trainings: [['FER2013'], []] }, /^Expected at least one title of a data set for a training/],
			[{ trainings: [['FER2013', 'FER2013']] }, /^Expected each title once for a training/],
			[
				{ trainings: [['CK+']] },
				/received "CK\+"\. This set is for testing only: train on others, or remove its testOnly\.$/,
			],
			[{ sets: SETS.slice(2), trainings: [['CK+']] }, /^Expected a set without testOnly for a training/],
			[{}, /for the path of FER2013 but received "\/nowhere"/],
		];
		for (const [changes, message] of refused) await assert.rejects(open(t, changes), { name: 'RangeError', message });
	});
});

describe('countCrossData', () => {
	it('counts training and test faces of each emotion', async (t) => {
		const ckPlus = temporaryFolder(t);
		writeFiles(ckPlus, await ckPlus48Files());
		const rows = countCrossData(await openCrossData(CONFIG, placesIn(t, { 'CK+': ckPlus })));
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
