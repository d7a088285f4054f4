import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import pl from 'nodejs-polars';
import type { PhotoReader } from '../../cli/photos/reader';
import type { PhotoResult } from '../../cli/photos/reading';
import { type PredictOptions, predictPhotos } from '../../cli/predictPhotos';
import { Problem } from '../../cli/problem';
import { silenceProgress } from '../../cli/progressLine';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import type { ResultSink } from '../../cli/results/resultKind';
import { encodePng } from '../../lib/data/image';
import { EMOTIONS } from '../../lib/emotions';
import { tf } from '../../lib/tensorflow/tf';
import { drawnPhoto } from '../fixtures/drawnPhoto';
import { writeUntrainedModel } from '../fixtures/training/untrainedModel';

const folder = mkdtempSync(join(tmpdir(), 'predict-photos-'));
const userFolder = process.env.INIT_CWD;
after(() => {
	rmSync(folder, { recursive: true });
	if (userFolder === undefined) delete process.env.INIT_CWD;
	else process.env.INIT_CWD = userFolder;
});

before(async () => {
	process.env.INIT_CWD = folder;
	await writeUntrainedModel(join(folder, 'model'));
	mkdirSync(join(folder, 'photos', 'deep'), { recursive: true });
	const { pixels, width, height } = await drawnPhoto();
	writeFileSync(join(folder, 'photos', 'face.png'), await encodePng(new Uint8Array(pixels), { width, height }));
	writeFileSync(
		join(folder, 'photos', 'empty.png'),
		await encodePng(new Uint8Array(width * height), { width, height }),
	);
	writeFileSync(join(folder, 'photos', 'broken.jpg'), 'no photo');
	copyFileSync(join(folder, 'photos', 'face.png'), join(folder, 'photos', 'deep', 'face.png'));
});

/** Runs it on the drawn photos, and collects what would be printed. */
async function run(given: readonly string[], options: Partial<PredictOptions> = {}, signal?: AbortSignal) {
	const results: PhotoResult[] = [];
	let ended = 0;
	const print = (): ResultSink<PhotoResult> => ({
		write: (result) => void results.push(result),
		end: () => void ended++,
	});
	const summary = await predictPhotos(given, { detect: true, model: 'model', ...options }, print, signal);
	return { results, summary, ended };
}

const shown = (results: readonly PhotoResult[]) => results.map(({ file, status }) => `${file}: ${status}`);

describe('predictPhotos', () => {
	it('gives a result for every file, a missing one too, and reads the others', async () => {
		const { results, summary, ended } = await run(['gone.jpg', 'photos']);
		assert.deepEqual(shown(results), [
			'gone.jpg: not read',
			'photos/broken.jpg: not read',
			'photos/deep/face.png: face',
			'photos/empty.png: no face',
			'photos/face.png: face',
		]);
		assert.deepEqual(summary, { done: 5, failed: 2, leftOut: {}, wasStopped: false });
		assert.equal(ended, 1);
	});

	it('leaves no tensor behind', async () => {
		const before = tf.memory().numTensors;
		await run(['photos/face.png'], { detect: false });
		assert.equal(tf.memory().numTensors, before);
	});

	it('stops after the photo that is being read, and ends the output', async () => {
		const controller = new AbortController();
		const results: PhotoResult[] = [];
		let isEnded = false;
		const print = (): ResultSink<PhotoResult> => ({
			write(result) {
				results.push(result);
				controller.abort(130);
			},
			end() {
				isEnded = true;
			},
		});
		const summary = await predictPhotos(['photos'], { detect: false, model: 'model' }, print, controller.signal);
		assert.deepEqual([results.length, summary.done, summary.wasStopped, isEnded], [1, 1, true, true]);
	});

	it('goes on with a file of results', async () => {
		const to = join('results', 'faces.csv');
		await run(['photos/empty.png'], { to, detect: false });
		await assert.rejects(run(['photos'], { to }), { name: 'Problem', message: /one that exists: .*--resume/ });
		const { summary } = await run(['photos'], { to, resume: true, detect: false });
		assert.equal(summary.done, 3);
		const lines = readFileSync(join(folder, to), 'utf8').trimEnd().split('\n');
		const files = lines.slice(1).map((line) => line.split(',')[0]);
		// From the folder of the results.
		const expected = ['empty.png', 'broken.jpg', 'deep/face.png', 'face.png'].map((name) => `../photos/${name}`);
		assert.deepEqual(files, expected);
		// What could not be read is tried again.
		const { summary: again } = await run(['photos'], { to, resume: true });
		assert.deepEqual([again.done, again.failed], [1, 1]);
		await assert.rejects(run(['photos'], { resume: true }), {
			name: 'Problem',
			message: /^Expected --to with --resume/,
		});
	});

	it('writes annotated copies, in the folders of their photos', async () => {
		const { summary } = await run(['photos/*.png', 'photos/**/face.png'], { annotate: 'out', detect: false });
		assert.equal(summary.failed, 0);
		assert.deepEqual(readdirSync(join(folder, 'out'), { recursive: true }).sort(), [
			'deep',
			join('deep', 'face.png'),
			'empty.png',
			'face.png',
		]);
		// Once more: they are its own.
		assert.equal((await run(['photos/face.png'], { annotate: 'out', detect: false })).summary.failed, 0);
	});

	it('refuses to replace photos before any work', async () => {
		const before = readFileSync(join(folder, 'photos', 'face.png'));
		const options = { annotate: 'photos', model: 'no model at all', to: 'never.csv' };
		await assert.rejects(run(['photos/face.png'], options), {
			name: 'Problem',
			message: /without the photos themselves/,
		});
		assert.deepEqual(readFileSync(join(folder, 'photos', 'face.png')), before);
		assert.equal(existsSync(join(folder, 'never.csv')), false);
	});

	it('leaves no timer behind, whatever fails', async () => {
		silenceProgress();
		const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
		const print = (): ResultSink<PhotoResult> => ({
			write() {
				throw new Error('the disk is full');
			},
			end: () => {},
		});
		const before = timers();
		const options = { detect: false, model: 'model' };
		await assert.rejects(predictPhotos(['photos'], options, print), /the disk is full/);
		assert.equal(timers(), before);
	});

	it('goes on after the shards that were written when the reader of a cluster failed', async () => {
		const to = 'scaled.parquet';
		/** Reads nothing, and fails after as many results. */
		const fails = (after: number) => async (): Promise<PhotoReader> => ({
			emotions: EMOTIONS,
			async read(files, onResult) {
				let count = 0;
				for await (const { file } of files) {
					if (count++ === after) throw new Problem('Ray has ended.');
					onResult({ file, status: 'no face', faces: [] });
				}
			},
			dispose: () => {},
		});
		const print = () => assert.fail('prints');
		const options = { detect: true, to, on: 'local' };
		await assert.rejects(predictPhotos(['photos'], options, print, undefined, fails(2)), /Ray has ended/);
		assert.equal(existsSync(join(folder, to)), false);
		const again = { ...options, resume: true };
		const { done } = await predictPhotos(['photos'], again, print, undefined, fails(9));
		assert.equal(done, 2);
		const files = pl.readParquet(join(folder, to)).getColumn('file').toArray();
		assert.deepEqual(
			files,
			['broken.jpg', 'deep/face.png', 'empty.png', 'face.png'].map((name) => `photos/${name}`),
		);
	});

	it('reads the same in a worker, by lines of JSON', async () => {
		const { results } = await run(['photos'], { detect: false });
		const settings = { model: join(folder, 'model'), options: { detect: false } };
		const input = results.map(({ file }) => `${JSON.stringify({ file, group: 'photo' })}\n`).join('');
		const args = ['--import', 'tsx', join('cli', 'photos', 'worker.ts'), JSON.stringify(settings)];
		const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: PROJECT_FOLDER, input, encoding: 'utf8' });
		const [ready, ...lines] = stdout.trimEnd().split('\n');
		assert.equal(ready, '{"ready":true}', stderr);
		// Floating-point numbers survive JSON to their last bit.
		assert.deepEqual(
			lines.map((line) => JSON.parse(line)),
			JSON.parse(JSON.stringify(results)),
		);
	});

	it('refuses what is no cluster before any work', async () => {
		const refused = (options: Partial<PredictOptions>, message: RegExp) =>
			assert.rejects(run(['photos'], { to: 'refused.csv', model: 'no model at all', ...options }), {
				name: 'Problem',
				message,
			});
		await refused({ cores: 2 }, /^Expected --on with --cores/);
		await refused({ on: 'here' }, /^Expected ray:\/\/HOST:PORT or HOST:PORT for --on but received "here"/);
		await refused({ on: 'local', cores: 9999 }, /^Expected at most \d+ for --cores but received 9999/);
		assert.equal(existsSync(join(folder, 'refused.csv')), false);
	});
});
