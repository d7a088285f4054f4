import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { makeDataset } from '../lib/data/dataset';
import { type FigureInput, type Notebook, openNotebook } from '../lib/notebook';
import type { Progress } from '../lib/progress';

const PROJECT = resolve(__dirname, '..');

/** Outputs of a notebook as they stand: what is written into one replaces what was there. */
function fakeNotebook(profile: string, progressFile?: string): { notebook: Notebook; outputs: string[][] } {
	const outputs: string[][] = [];
	const newDisplay = () => {
		const states: string[] = [];
		outputs.push(states);
		return { text: (text: string) => void states.push(text), html: (html: string) => void states.push(html) };
	};
	return { notebook: openNotebook({ newDisplay, profile, progressFile }), outputs };
}

function progressAt(done: number, stage = 'Phase 1'): Progress {
	return { stage, done, total: 10, itemsPerSecond: 5, secondsLeft: 2 };
}

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'notebook-'));
});
afterEach(() => {
	mock.restoreAll();
	rmSync(folder, { recursive: true, force: true });
});

describe('progress in a notebook', () => {
	it('is drawn into one output of its own, four times a second at most, and at the end of each stage', () => {
		let now = 5000;
		mock.method(performance, 'now', () => now);
		const { notebook, outputs } = fakeNotebook('quick');
		const onProgress = notebook.progress();
		for (const [milliseconds, progress] of [
			[0, progressAt(1)],
			[100, progressAt(2)],
			[149, progressAt(3)],
			[1, progressAt(4)],
			[10, progressAt(10)],
			[10, progressAt(1, 'Phase 2')],
			[240, progressAt(2, 'Phase 2')],
		] as const) {
			now += milliseconds;
			onProgress(progress);
		}
		assert.equal(outputs.length, 1);
		const percent = outputs[0].map((line) => /^(Phase \d) .* (\d+) %/.exec(line)?.slice(1).join(' at '));
		assert.deepEqual(percent, ['Phase 1 at 10', 'Phase 1 at 40', 'Phase 1 at 100', 'Phase 2 at 20']);
		notebook.progress();
		assert.equal(outputs.length, 2);
	});

	it('is written into the progress file too: the latest line alone', () => {
		const file = join(folder, 'progress.txt');
		const { notebook, outputs } = fakeNotebook('quick', file);
		const onProgress = notebook.progress();
		onProgress(progressAt(10, 'Data'));
		onProgress(progressAt(10));
		assert.deepEqual(outputs[0].length, 2);
		assert.equal(readFileSync(file, 'utf8'), `${outputs[0][1]}\n`);
	});
});

describe('the folder for figures', () => {
	it('is images/ for a full run on real data, else the run itself', () => {
		const folderOf = (profile: string, drawn: boolean) => {
			const { notebook } = fakeNotebook(profile);
			assert.equal(notebook.projectFolder, PROJECT);
			return relative(PROJECT, notebook.imagesFolder({ drawn }));
		};
		assert.equal(folderOf('full', false), 'images');
		assert.equal(folderOf('full', true), join('runs', 'full', 'images'));
		for (const profile of ['smoke', 'quick']) {
			for (const drawn of [true, false]) assert.equal(folderOf(profile, drawn), join('runs', profile, 'images'));
		}
	});

	it('belongs to a run in runs/, and to nothing else', () => {
		for (const profile of ['../models/official', '..', '', 'a/b', 'setup']) {
			assert.throws(() => fakeNotebook(profile), /^RangeError: Expected the name of a folder in runs\/ for profile/);
		}
	});

	it('gets each figure that is shown, as PNG', async (context) => {
		// Removed at the end, since the notebook finds the project by itself.
		const name = `test-${process.pid}`;
		context.after(() => rmSync(join(PROJECT, 'runs', name), { recursive: true, force: true }));
		const { notebook } = fakeNotebook(name);
		const emotions = ['calm', 'cross'];
		const data = { emotions, counts: { training: [3, 4], validation: [1, 2], test: [1, 1] } };
		const about = { dataset: { drawn: true, name: 'x' }, protocol: 'holdout', n: 2, seed: 1, backbone: 'tiny' };
		await notebook.show('Class Distribution', { about, data } as unknown as FigureInput<'Class Distribution'>);
		const png = readFileSync(join(PROJECT, 'runs', name, 'images', 'Class Distribution.png'));
		assert.deepEqual([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
	});
});

describe('banner', () => {
	const parts = { shape: [1, 1, 1] as const, pixels: new Uint8Array(1200), labels: new Uint8Array(1200) };

	it('warns of drawn faces, and says where real ones come from', () => {
		const { notebook, outputs } = fakeNotebook('quick');
		notebook.banner(makeDataset({ ...parts, name: 'sample faces', drawn: true }));
		assert.match(outputs[0][0], /No FER2013 found: these are 1,200 sample faces drawn by this project/);
		assert.match(outputs[0][0], /say nothing about real faces/);
		assert.match(outputs[0][0], /<code>npx fer data<\/code>/);
	});

	it('says for which other data set drawn faces stand in', () => {
		const { notebook, outputs } = fakeNotebook('quick');
		notebook.banner(makeDataset({ ...parts, name: 'sample faces', drawn: true }), 'RAF-DB');
		assert.match(outputs[0][0], /No RAF-DB found: these are 1,200 sample faces drawn by this project/);
		assert.match(outputs[0][0], /See data\/README\.md for where to put RAF-DB\.<\/div>$/);
		assert.doesNotMatch(outputs[0][0], /FER2013/);
	});

	it('names real data without a warning', () => {
		const { notebook, outputs } = fakeNotebook('quick');
		notebook.banner(makeDataset({ ...parts, name: 'FER2013' }));
		assert.deepEqual(outputs, [['<p><b>FER2013</b>: 1,200 faces.</p>']]);
	});
});
