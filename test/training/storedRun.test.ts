import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readMetrics } from '../../lib/evaluation/storedMetrics';
import { latestHeader, type TrainingHeader, writeCheckpoint } from '../../lib/training/checkpoint';
import { arrangeRun, checkStored } from '../../lib/training/storedRun';

let runs: string;
let folder: string;
beforeEach(() => {
	runs = mkdtempSync(join(tmpdir(), 'runs-'));
	folder = join(runs, 'x');
});
afterEach(() => rmSync(runs, { recursive: true, force: true }));

/** The keys of a training; those with the same seed have the same phase 1. */
function keysOf(name: string, seed = 1) {
	return { phase1: { seed }, phase2: { seed, name } };
}

async function writePhase(number: 1 | 2, key: object, place = folder): Promise<void> {
	const running = { loss: 0, correct: 0, images: 0, seconds: 0 };
	const progress = { epoch: 1, step: 0, running, stepsTaken: 5, history: [], finished: false };
	const checkpoint = { header: { key, progress }, vectors: { weights: Float32Array.of(number) } };
	await writeCheckpoint(join(place, `phase${number}`), 5, checkpoint);
}

/** Trains: writes the checkpoints of both phases and all results. */
async function train(name: string, seed = 1): Promise<readonly string[]> {
	const keys = keysOf(name, seed);
	const notes = await arrangeRun(folder, keys, 'if-same');
	await writePhase(1, keys.phase1);
	await writePhase(2, keys.phase2);
	for (const place of ['model', 'images']) mkdirSync(join(folder, place), { recursive: true });
	for (const file of ['metrics.json', 'results.json', 'model/weights.bin', 'images/a.png']) {
		writeFileSync(join(folder, file), name);
	}
	return notes;
}

/** What each folder holds: the name in its checkpoint, and that its results are of the same training. */
async function stored(): Promise<Record<string, string>> {
	const entries = await Promise.all(
		readdirSync(runs).map(async (entry) => {
			const header = await latestHeader<TrainingHeader<{ name: string }>>(join(runs, entry, 'phase2'));
			const name = header?.key.name ?? 'none';
			for (const file of ['metrics.json', 'results.json', 'model/weights.bin', 'images/a.png']) {
				if (header) assert.equal(readFileSync(join(runs, entry, file), 'utf8'), name);
			}
			return [entry, name];
		}),
	);
	return Object.fromEntries(entries);
}

describe('arrangeRun', () => {
	it('keeps each earlier training with all its results, under a number of its own', async () => {
		assert.deepEqual(await train('A'), []);
		assert.deepEqual(await train('B'), [
			'The stored training of x differs (name was "A" and is "B").',
			'The earlier training is kept in x.old-1.',
		]);
		await train('C', 2);
		assert.deepEqual(await stored(), { x: 'C', 'x.old-1': 'A', 'x.old-2': 'B' });
	});

	it('moves an earlier training back when it is wanted again', async () => {
		await train('A');
		await train('B');
		const notes = await arrangeRun(folder, keysOf('A'), 'required');
		assert.equal(notes.at(-1), 'x.old-1 has these settings and data: it is x again.');
		assert.deepEqual(await stored(), { x: 'A', 'x.old-2': 'B' });
		assert.deepEqual(await arrangeRun(folder, keysOf('A'), 'if-same'), []);
		await arrangeRun(folder, keysOf('B'), 'if-same');
		assert.deepEqual(await stored(), { x: 'B', 'x.old-3': 'A' });
	});

	it('takes phase 1 from an earlier training in which it was the same', async () => {
		await train('A');
		await arrangeRun(folder, keysOf('B'), 'if-same');
		assert.deepEqual(readdirSync(folder).sort(), ['key.json', 'phase1']);
		assert.deepEqual((await latestHeader<TrainingHeader<object>>(join(folder, 'phase1')))?.key, { seed: 1 });
		await arrangeRun(folder, keysOf('C', 2), 'if-same');
		assert.deepEqual(readdirSync(folder), ['key.json']);
	});

	it('sets the same training aside with `never`, and then begins without anything', async () => {
		await train('A');
		await arrangeRun(folder, keysOf('A'), 'never');
		assert.deepEqual(await stored(), { x: 'none', 'x.old-1': 'A' });
		assert.deepEqual(readdirSync(folder), ['key.json']);
	});

	it('moves an earlier training back where another one took its phase 1 and was killed in phase 2', async () => {
		await train('A');
		await arrangeRun(folder, keysOf('B'), 'if-same');
		await arrangeRun(folder, keysOf('A'), 'if-same');
		assert.deepEqual(await stored(), { x: 'A', 'x.old-2': 'none' });
		await arrangeRun(folder, keysOf('B'), 'required');
		assert.deepEqual(await stored(), { x: 'none', 'x.old-3': 'A' });
	});

	it('goes on with a training that began with `never` and was killed, not with the one before', async () => {
		await train('A');
		await arrangeRun(folder, keysOf('A'), 'never');
		assert.deepEqual(await arrangeRun(folder, keysOf('A'), 'required'), []);
		assert.deepEqual(readdirSync(folder), ['key.json']);
		await writePhase(1, keysOf('A').phase1);
		assert.deepEqual(await arrangeRun(folder, keysOf('A'), 'if-same'), []);
		assert.deepEqual(await stored(), { x: 'none', 'x.old-1': 'A' });
	});

	it('refuses where the same is required and not stored, and changes nothing', async () => {
		await assert.rejects(arrangeRun(folder, keysOf('A'), 'required'), {
			name: 'DataError',
			message: 'Expected a stored training in runs/x but received none. Start without --resume.',
		});
		await assert.rejects(checkStored(folder), /^DataError: Expected a stored training in runs\/x but received none\./);
		assert.deepEqual(readdirSync(runs), []);
		await train('A');
		await assert.rejects(arrangeRun(folder, keysOf('B'), 'required'), {
			name: 'DataError',
			message: /^Expected the same settings and data in the checkpoint of x but received name was "A" and is "B"\./,
		});
		assert.deepEqual(await stored(), { x: 'A' });
	});

	it('keeps no folder of a training that was killed before its first checkpoint', async () => {
		await train('A');
		await arrangeRun(folder, keysOf('B', 2), 'if-same');
		mkdirSync(join(folder, 'phase1'));
		await arrangeRun(folder, keysOf('A'), 'if-same');
		assert.deepEqual(await stored(), { x: 'A' });
	});

	it('keeps a phase 1 alone, and results whose checkpoints are gone', async () => {
		await writePhase(1, keysOf('A', 1).phase1);
		await arrangeRun(folder, keysOf('B', 2), 'if-same');
		writeFileSync(join(folder, 'results.json'), 'B');
		await arrangeRun(folder, keysOf('B', 2), 'if-same');
		assert.deepEqual(readdirSync(runs).sort(), ['x', 'x.old-1', 'x.old-2']);
		assert.equal(readFileSync(join(`${folder}.old-2`, 'results.json'), 'utf8'), 'B');
	});

	it('sets a training aside for a published one, and keeps that as long as it is the same', async () => {
		const metrics = {
			config: {
				seed: 1,
				protocol: 'holdout',
				backbone: 'mobilenet-v2',
				imageSize: 48,
				tta: { views: 'six', average: 'logits' },
			},
			dataset: { name: 'FER2013', drawn: false, fingerprint: 'abc' },
			seconds: 3,
			accuracy: 0.7,
		};
		const source = join(runs, 'published');
		mkdirSync(source);
		writeFileSync(join(source, 'metrics.json'), JSON.stringify(metrics));
		const published = await readMetrics(source);
		await train('A');
		await arrangeRun(folder, { published }, 'if-same');
		writeFileSync(join(folder, 'metrics.json'), JSON.stringify(metrics));
		assert.deepEqual(await arrangeRun(folder, { published }, 'if-same'), []);
		await arrangeRun(folder, keysOf('A'), 'if-same');
		assert.equal((await stored()).x, 'A');
		assert.deepEqual(readdirSync(`${folder}.old-2`), ['metrics.json']);
	});

	it('loses nothing when it is killed before or after any renaming', { timeout: 120_000 }, async () => {
		const script = join(__dirname, '..', 'fixtures', 'training', 'arrangeProcess.ts');
		await train('A');
		await train('B');
		for (const [count, when] of [
			[1, 'before'],
			[1, 'after'],
			[2, 'before'],
			[2, 'after'],
		] as const) {
			const current = existsSync(folder) ? (await stored()).x : 'none';
			const wanted = JSON.stringify(keysOf(current === 'A' ? 'B' : 'A'));
			const args = ['--import', 'tsx', script, folder, wanted, String(count), when];
			const { signal, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
			assert.equal(signal, 'SIGKILL', stderr);
			assert.deepEqual(
				Object.values(await stored())
					.filter((name) => name !== 'none')
					.sort(),
				['A', 'B'],
				`${count} ${when}`,
			);
			// The next process finds what it wants, wherever the last one was killed.
			await arrangeRun(folder, keysOf('B'), 'if-same');
			assert.equal((await stored()).x, 'B');
		}
	});
});
