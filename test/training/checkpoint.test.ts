import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { DataError } from '../../lib/errors';
import { latestCheckpoint, readCheckpoint, writeCheckpoint } from '../../lib/training/checkpoint';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const VECTORS = { weights: Float32Array.of(1, -2.5, 3e-45), best: Float32Array.of(7) };

function pathOf(step: number): string {
	return join(folder, `checkpoint-${step}.bin`);
}

/** A checkpoint file put together by hand. */
function fileBytes(header: object): Buffer {
	const json = Buffer.from(JSON.stringify({ header, lengths: { weights: 3, best: 1 } }));
	const length = Buffer.from([json.length & 255, json.length >> 8, 0, 0]);
	const values = Buffer.alloc(16);
	[1, -2.5, 3e-45, 7].forEach((value, i) => {
		values.writeFloatLE(value, i * 4);
	});
	const body = Buffer.concat([Buffer.from('FERCKPT1'), length, json, values]);
	return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

async function refuses(bytes: Uint8Array, why: RegExp): Promise<void> {
	writeFileSync(pathOf(1), bytes);
	await assert.rejects(readCheckpoint(pathOf(1)), (error: Error) => {
		assert.ok(error instanceof DataError);
		assert.match(error.message, /^Expected a whole checkpoint in checkpoint-1\.bin but received /);
		assert.match(error.message, why);
		assert.match(error.message, /Delete it to use the checkpoint before it\.$/);
		return true;
	});
}

describe('a checkpoint file', () => {
	it('has the layout put together by hand: a change here makes stored runs unreadable', async () => {
		const header = { key: 'größe', progress: [1, 2] };
		await writeCheckpoint(folder, 12, { header, vectors: VECTORS });
		assert.deepEqual(readdirSync(folder), ['checkpoint-12.bin']);
		assert.deepEqual(readFileSync(pathOf(12)), fileBytes(header));
		assert.deepEqual(await readCheckpoint(pathOf(12)), { header, vectors: VECTORS });
	});

	it('comes back bit by bit, whatever the numbers and the length of the header', async () => {
		const bits = Uint32Array.of(0, 0x80000000, 1, 0x7f800000, 0xff800000, 0x7fc00001, 0x7f7fffff, 0x3eaaaaab);
		const buffer = new ArrayBuffer(64);
		new Uint32Array(buffer, 16, 8).set(bits);
		// A view into a larger buffer, as tfjs gives them.
		const vectors = { special: new Float32Array(buffer, 16, 8), empty: new Float32Array(0), last: Float32Array.of(5) };
		for (let length = 0; length < 4; length++) {
			await writeCheckpoint(folder, 1, { header: 'x'.repeat(length), vectors });
			const read = await readCheckpoint<string>(pathOf(1));
			assert.equal(read.header, 'x'.repeat(length));
			assert.deepEqual(Object.keys(read.vectors), ['special', 'empty', 'last']);
			assert.deepEqual(new Uint32Array(read.vectors.special.buffer), bits);
			assert.equal(read.vectors.empty.length, 0);
			assert.deepEqual([...read.vectors.last], [5]);
		}
	});

	it('is refused when it is torn, at whatever byte', async () => {
		const whole = fileBytes({ key: 1 });
		for (let length = 0; length < whole.length; length++) {
			await refuses(whole.subarray(0, length), /a truncated or different file|other content/);
		}
		await refuses(whole.subarray(0, 20), /a truncated or different file/);
		await refuses(whole.subarray(0, whole.length - 1), /other content/);
		await refuses(Buffer.concat([whole, Buffer.of(0)]), /other content/);
	});

	it('is refused when a bit of it is altered, whichever', async () => {
		const whole = fileBytes({ key: 1 });
		for (let byte = 0; byte < whole.length; byte++) {
			const altered = Buffer.from(whole);
			altered[byte] ^= 1 << (byte % 8);
			await refuses(altered, byte < 8 ? /a truncated or different file/ : /other content/);
		}
	});

	it('is refused when it is something else', async () => {
		await refuses(Buffer.from('{"looks": "like JSON"}'.repeat(10)), /a truncated or different file/);
		await refuses(Buffer.alloc(1000), /a truncated or different file/);
		await refuses(Buffer.concat([Buffer.from('FERCKPT2'), fileBytes({}).subarray(8)]), /a truncated or different file/);
	});
});

describe('writeCheckpoint', () => {
	const write = (step: number) => writeCheckpoint(folder, step, { header: { step }, vectors: VECTORS });

	it('keeps the last two by number, and touches no other file', async () => {
		writeFileSync(join(folder, 'notes.txt'), 'mine');
		for (const step of [8, 9, 10, 100]) await write(step);
		assert.deepEqual(readdirSync(folder).sort(), ['checkpoint-10.bin', 'checkpoint-100.bin', 'notes.txt']);
	});

	it('deletes those of later steps, which a training that stands here has refused', async () => {
		await write(50);
		await write(60);
		writeFileSync(pathOf(100), 'torn');
		await write(70);
		assert.deepEqual(readdirSync(folder).sort(), ['checkpoint-60.bin', 'checkpoint-70.bin']);
	});

	it('deletes what a killed process left half', async () => {
		writeFileSync(join(folder, 'checkpoint-5.bin.4711.part'), 'half');
		await write(6);
		assert.deepEqual(readdirSync(folder), ['checkpoint-6.bin']);
	});

	it('makes the folder', async () => {
		const inner = join(folder, 'a', 'b');
		await writeCheckpoint(inner, 0, { header: 0, vectors: {} });
		assert.deepEqual(readdirSync(inner), ['checkpoint-0.bin']);
	});
});

describe('latestCheckpoint', () => {
	const write = (step: number) => writeCheckpoint(folder, step, { header: { step }, vectors: VECTORS });

	it('takes the newest by number', async () => {
		await write(9);
		await write(10);
		assert.deepEqual(await latestCheckpoint(folder), { header: { step: 10 }, vectors: VECTORS });
	});

	it('uses the one before a torn one and says what is wrong with that', async () => {
		await write(9);
		await write(10);
		writeFileSync(pathOf(10), readFileSync(pathOf(10)).subarray(0, 40));
		const refused: string[] = [];
		const found = await latestCheckpoint(folder, ({ message }) => refused.push(message));
		assert.deepEqual(found?.header, { step: 9 });
		assert.equal(refused.length, 1);
		assert.match(refused[0], /checkpoint-10\.bin/);
	});

	it('finds nothing where all are torn, none is there or the folder is missing', async () => {
		assert.equal(await latestCheckpoint(join(folder, 'missing')), undefined);
		assert.equal(await latestCheckpoint(folder), undefined);
		writeFileSync(join(folder, 'checkpoint-3.bin.1.part'), fileBytes({}));
		writeFileSync(pathOf(1), 'torn');
		writeFileSync(pathOf(2), '');
		const refused: string[] = [];
		assert.equal(await latestCheckpoint(folder, ({ place }) => refused.push(place)), undefined);
		assert.deepEqual(refused, ['checkpoint-2.bin', 'checkpoint-1.bin']);
	});
});
