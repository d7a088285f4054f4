import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { isJpeg, repairJpeg } from '../../lib/data/jpegRepair';
import { drawnJpeg, scanOf, withStrayBytes } from '../fixtures/drawnJpeg';

let jpeg: Buffer;
before(async () => {
	jpeg = await drawnJpeg();
});

describe('repairJpeg', () => {
	it('leaves a file without flaws as it is', async () => {
		for (const content of [jpeg, await drawnJpeg({ progressive: true })]) {
			const { content: same, flaws } = repairJpeg(content);
			assert.deepEqual([Buffer.from(same).equals(content), flaws], [true, []]);
		}
	});

	it('adds the missing mark of the end', () => {
		for (const length of [jpeg.length - 1, jpeg.length - 2]) {
			const { content, flaws } = repairJpeg(jpeg.subarray(0, length));
			assert.ok(Buffer.from(content).equals(jpeg));
			assert.deepEqual(flaws, ['no end mark']);
		}
	});

	it('drops what follows the end', () => {
		const { content, flaws } = repairJpeg(Buffer.concat([jpeg, Buffer.from('a video of the phone')]));
		assert.deepEqual([Buffer.from(content).equals(jpeg), flaws], [true, []]);
	});

	it('drops stray bytes before a marker', () => {
		const { content, flaws } = repairJpeg(withStrayBytes(jpeg));
		assert.deepEqual([Buffer.from(content).equals(jpeg), flaws], [true, ['stray bytes before a marker']]);
	});

	it('sets the parameters of a sequential scan, and never those of a progressive one', async () => {
		const wrong = Buffer.from(jpeg);
		wrong.set([0, 0, 0], scanOf(wrong) - 3);
		const { content, flaws } = repairJpeg(wrong);
		assert.deepEqual([Buffer.from(content).equals(jpeg), flaws], [true, ['wrong scan parameters']]);
		const progressive = await drawnJpeg({ progressive: true });
		assert.ok(progressive.subarray(scanOf(progressive) - 3, scanOf(progressive)).compare(Buffer.of(0, 63, 0)) !== 0);
		assert.deepEqual(repairJpeg(progressive).flaws, []);
	});

	it('ends on any beginning of a file, and on lengths that lie', () => {
		for (let length = 3; length < jpeg.length - 2; length += 7) {
			const { content, flaws } = repairJpeg(jpeg.subarray(0, length));
			assert.ok(content.length <= length + 2);
			assert.ok(flaws.includes('no end mark'));
		}
		for (const length of [0, 1, 0xffff]) {
			const lying = Buffer.of(0xff, 0xd8, 0xff, 0xe0, length >> 8, length & 255, 1, 2, 3);
			assert.ok(repairJpeg(lying).flaws.includes('no end mark'));
		}
	});
});

it('isJpeg knows JPEG by its first bytes', () => {
	assert.deepEqual([isJpeg(jpeg), isJpeg(Buffer.from('GIF89a')), isJpeg(Buffer.alloc(0))], [true, false, false]);
});
