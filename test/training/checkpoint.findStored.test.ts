import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { DataError } from '../../lib/errors';
import {
	findStoredTraining,
	readCheckpoint,
	type TrainingProgress,
	writeCheckpoint,
} from '../../lib/training/checkpoint';

const KEY = { data: 'abc', seed: 42, phase1: { epochs: 3, sizes: [48, 96] } };
const VECTORS = { weights: Float32Array.of(1, 2, 3) };

function progressAt(epoch: number, finished = false): TrainingProgress {
	const running = { loss: 0, correct: 0, images: 0, seconds: 0 };
	return { epoch, step: 0, running, stepsTaken: 10 * epoch, history: [], finished };
}

let parent: string;
let folder: string;
beforeEach(() => {
	parent = mkdtempSync(join(tmpdir(), 'stored-'));
	folder = join(parent, 'phase2');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

async function store(epoch: number, { key = KEY as object, finished = false } = {}): Promise<void> {
	const progress = progressAt(epoch, finished);
	await writeCheckpoint(folder, progress.stepsTaken, { header: { key, progress }, vectors: VECTORS });
}

describe('findStoredTraining', () => {
	it('takes up the same training where it stands, whatever the order of the fields', async () => {
		await store(1);
		await store(2);
		const key = { phase1: { sizes: [48, 96], epochs: 3 }, seed: 42, data: 'abc' };
		for (const resume of ['if-same', 'required'] as const) {
			const { snapshot, note } = await findStoredTraining(folder, key, resume);
			assert.deepEqual(snapshot, { progress: progressAt(2), vectors: VECTORS });
			assert.equal(note, 'Resumes the stored training of phase2, stopped in epoch 3.');
		}
		assert.deepEqual(readdirSync(parent), ['phase2']);
	});

	it('takes up a training that an older version stored under another name of the protocol', async () => {
		await store(1, { key: { ...KEY, protocol: 'seed' } });
		for (const protocol of ['holdout', 'official']) {
			const { snapshot } = await findStoredTraining(folder, { ...KEY, protocol }, 'if-same');
			assert.equal(Boolean(snapshot), protocol === 'holdout');
		}
	});

	it('says that a training has finished', async () => {
		await store(3, { finished: true });
		const { snapshot, note } = await findStoredTraining(folder, KEY, 'if-same');
		assert.equal(snapshot?.progress.finished, true);
		assert.equal(note, 'Resumes the stored training of phase2, finished after epoch 3.');
	});

	it('begins anew where there is nothing, unless something is required', async () => {
		await assert.rejects(findStoredTraining(folder, KEY, 'required'), (error: Error) => {
			assert.ok(error instanceof DataError);
			assert.equal(error.message, 'Expected a whole checkpoint in phase2 but received none. Start without --resume.');
			return true;
		});
		for (const resume of ['if-same', 'never'] as const) {
			assert.deepEqual(await findStoredTraining(folder, KEY, resume), { note: '' });
			assert.deepEqual(readdirSync(parent), ['phase2']);
		}
	});

	it('sets another training aside, whole, and lists the differences', async () => {
		await store(2);
		const other = { data: 'xyz', seed: 42, phase1: { epochs: 5, sizes: [96] }, added: true };
		const { snapshot, note } = await findStoredTraining(folder, other, 'if-same');
		assert.equal(snapshot, undefined);
		assert.equal(
			note,
			'The stored training of phase2 differs (data was "abc" and is "xyz"; phase1.epochs was 3 and is 5; ' +
				'phase1.sizes was [48,96] and is [96]; added was undefined and is true). ' +
				'Starts from scratch; the earlier training is kept in phase2.old-1.',
		);
		assert.deepEqual(readdirSync(parent), ['phase2', 'phase2.old-1']);
		const { header, vectors } = await readCheckpoint<object>(join(`${folder}.old-1`, 'checkpoint-20.bin'));
		assert.deepEqual({ header, vectors }, { header: { key: KEY, progress: progressAt(2) }, vectors: VECTORS });
	});

	it('refuses another training where the same is required, and leaves it', async () => {
		await store(2);
		await assert.rejects(findStoredTraining(folder, { ...KEY, seed: 7 }, 'required'), {
			name: 'DataError',
			message:
				'Expected the same settings and data in the checkpoint of phase2 but received seed was 42 and is 7. ' +
				'Use the same settings and data, or start without --resume.',
		});
		assert.equal((await findStoredTraining(folder, KEY, 'required')).snapshot?.progress.epoch, 2);
	});

	it("sets the same training aside with 'never'", async () => {
		await store(2);
		const { snapshot, note } = await findStoredTraining(folder, KEY, 'never');
		assert.deepEqual(
			[snapshot, note],
			[undefined, 'Starts from scratch; the earlier training is kept in phase2.old-1.'],
		);
		assert.deepEqual(readdirSync(parent), ['phase2', 'phase2.old-1']);
	});

	it('falls back to the checkpoint before a torn one and says so', async () => {
		await store(1);
		await store(2);
		truncateSync(join(folder, 'checkpoint-20.bin'), 60);
		const { snapshot, note } = await findStoredTraining(folder, KEY, 'if-same');
		assert.equal(snapshot?.progress.epoch, 1);
		assert.match(
			note,
			/^Expected a whole checkpoint in checkpoint-20\.bin but received .* Resumes the stored training of phase2, stopped in epoch 2\.$/,
		);
	});

	it('sets aside what is torn altogether, or refuses it where it is required', async () => {
		mkdirSync(folder);
		writeFileSync(join(folder, 'checkpoint-5.bin'), 'torn');
		await assert.rejects(findStoredTraining(folder, KEY, 'required'), {
			name: 'DataError',
			message: /^Expected a whole checkpoint in phase2 but received Expected a whole checkpoint in checkpoint-5\.bin/,
		});
		const { snapshot, note } = await findStoredTraining(folder, KEY, 'if-same');
		assert.equal(snapshot, undefined);
		assert.match(note, /checkpoint-5\.bin .* Starts from scratch; the earlier training is kept in phase2\.old-1\.$/);
		assert.ok(existsSync(join(`${folder}.old-1`, 'checkpoint-5.bin')));
	});

	it('keeps what was set aside when the new training was killed before its first checkpoint', async () => {
		await store(2);
		await findStoredTraining(folder, { ...KEY, seed: 7 }, 'if-same');
		writeFileSync(join(folder, 'checkpoint-0.bin.123.part'), 'half');
		assert.deepEqual(await findStoredTraining(folder, { ...KEY, seed: 7 }, 'if-same'), { note: '' });
		assert.ok(existsSync(join(parent, `${basename(folder)}.old-1`, 'checkpoint-20.bin')));
	});

	it('goes on from the start, where that is required, if it was killed before its first checkpoint', async () => {
		const expected = { note: 'No checkpoint of phase2 yet: training starts from scratch.' };
		await store(2);
		await findStoredTraining(folder, { ...KEY, seed: 7 }, 'if-same');
		assert.deepEqual(await findStoredTraining(folder, { ...KEY, seed: 7 }, 'required'), expected);
		// In the first one's write.
		writeFileSync(join(folder, 'checkpoint-10.bin.123.part'), 'half');
		assert.deepEqual(await findStoredTraining(folder, { ...KEY, seed: 7 }, 'required'), expected);
	});

	it('keeps every training that is set aside', async () => {
		for (const epoch of [1, 2, 3]) {
			await store(epoch);
			await findStoredTraining(folder, KEY, 'never');
		}
		assert.deepEqual(readdirSync(parent).sort(), ['phase2', 'phase2.old-1', 'phase2.old-2', 'phase2.old-3']);
		assert.deepEqual(readdirSync(`${folder}.old-1`), ['checkpoint-10.bin']);
		assert.deepEqual(readdirSync(`${folder}.old-3`), ['checkpoint-30.bin']);
	});

	it('leaves a folder with the name of a checkpoint alone', async () => {
		await store(1);
		mkdirSync(join(folder, 'checkpoint-20.bin'));
		const { snapshot } = await findStoredTraining(folder, KEY, 'if-same');
		assert.equal(snapshot?.progress.epoch, 1);
		await assert.rejects(store(2), { code: 'EISDIR' });
		await store(3);
		assert.deepEqual(readdirSync(folder).sort(), ['checkpoint-10.bin', 'checkpoint-20.bin', 'checkpoint-30.bin']);
	});
});
