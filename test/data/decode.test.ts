import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { decode } from '../../lib/data/decode';
import { createRandom } from '../../lib/random';
import { drawnJpeg, scanOf, withStrayBytes } from '../fixtures/drawnJpeg';
import { temporaryFolder } from './readers/sources';

let jpeg: Buffer;
before(async () => {
	jpeg = await drawnJpeg();
});

const read = (source: string | Uint8Array, name?: string) =>
	decode(source, name, (image) => image.removeAlpha().raw().toBuffer());
const refusal = (message: RegExp) => ({ name: 'DataError', message });

describe('decode', () => {
	it('reads JPEG files whose flaws harm no pixel, and names the flaws', async () => {
		const { value: pixels, flaws } = await read(jpeg);
		assert.deepEqual(flaws, []);
		const wrongScan = Buffer.from(jpeg);
		wrongScan.set([0, 0, 0], scanOf(jpeg) - 3);
		const before = jpeg.subarray(0, -2);
		for (const [content, flaw] of [
			[before, 'no end mark'],
			[wrongScan, 'wrong scan parameters'],
			[withStrayBytes(jpeg), 'stray bytes before a marker'],
		] as const) {
			const decoded = await read(content);
			assert.deepEqual(decoded.flaws, [flaw]);
			assert.ok(decoded.value.equals(pixels), flaw);
		}
	});

	it('refuses a JPEG that is cut off, and says how much is missing', async () => {
		for (const share of [0.25, 0.5, 0.75]) {
			const cut = jpeg.subarray(0, Math.round(scanOf(jpeg) + (jpeg.length - scanOf(jpeg)) * share));
			const error = await read(cut, 'a.jpg').then(
				() => assert.fail(`${share} of the data were taken for all`),
				(reason: Error) => reason,
			);
			const [, missing] =
				/^Expected an image in a\.jpg but received one that is cut off: the lower (\d+) % of its rows are missing\. Replace/.exec(
					error.message,
				) ?? assert.fail(error.message);
			assert.ok(Number(missing) > 0 && Number(missing) < 100);
		}
		for (const length of [3, 30, scanOf(jpeg)]) {
			await assert.rejects(
				read(jpeg.subarray(0, length), 'a.jpg'),
				refusal(/^Expected an image in a\.jpg but received one that is cut off/),
			);
		}
	});

	it('refuses a progressive JPEG that ends between two scans, and reads one that only lacks the end mark', async () => {
		const whole = await drawnJpeg({ progressive: true });
		assert.deepEqual((await read(whole.subarray(0, -2))).flaws, ['no end mark']);
		const starts = [...whole.keys()].filter((at) => whole[at] === 0xff && whole[at + 1] === 0xda);
		assert.ok(starts.length > 2);
		for (const start of starts.slice(1)) {
			await assert.rejects(
				read(whole.subarray(0, start), 'a.jpg'),
				refusal(/in a\.jpg but received one that is cut off/),
			);
		}
	});

	it('refuses a JPEG whose data are damaged in the middle', async () => {
		const damaged = Buffer.from(jpeg);
		damaged.fill(0xff, damaged.length - 600, damaged.length - 400);
		await assert.rejects(read(damaged, 'a.jpg'), refusal(/received one that (is damaged|cannot be decoded)/));
	});

	it('refuses a PNG that is cut off, and says how much is missing', async () => {
		const random = createRandom(1);
		// Larger than what the decoder reads at once.
		const noise = Uint8Array.from({ length: 300 * 400 }, () => random.integer(256));
		const png = await sharp(noise, { raw: { width: 300, height: 400, channels: 1 } })
			.png()
			.toBuffer();
		const message =
			/^Expected an image in a\.png but received one that is cut off: the lower (\d+) % of its rows are missing/;
		await assert.rejects(read(png.subarray(0, png.length / 2), 'a.png'), refusal(message));
	});

	it('names a file of another format', async () => {
		const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
		await assert.rejects(
			read(heic, 'IMG_1.jpg'),
			refusal(/in IMG_1\.jpg but received a file of another format \(HEIC photo\)\. On an iPhone, export it as JPEG/),
		);
		await assert.rejects(
			read(Buffer.from('%PDF-1.7\n'), 'a'),
			refusal(/another format \(PDF document\)\. Give an image\./),
		);
		await assert.rejects(read(Buffer.alloc(0), 'a'), refusal(/^Expected an image in a but received an empty file\./));
	});

	it('refuses more pixels than it reads, with the number', async () => {
		await assert.rejects(
			read(hugePng(30_000, 30_000), 'a.png'),
			refusal(
				/^Expected an image of at most 268 megapixels in a\.png but received one of 30,000 x 30,000 pixels \(900 megapixels\)\./,
			),
		);
	});

	it('reads files whatever their names', async (t) => {
		const folder = temporaryFolder(t);
		const { value: pixels } = await read(jpeg);
		for (const name of ['a[1].jpg', 'b[page=3]', 'ü "quoted" 100%.jpg', 'c']) {
			writeFileSync(join(folder, name), jpeg);
			assert.ok((await read(join(folder, name))).value.equals(pixels), name);
		}
		writeFileSync(join(folder, 'flaw[1]'), jpeg.subarray(0, -2));
		assert.deepEqual((await read(join(folder, 'flaw[1]'))).flaws, ['no end mark']);
	});
});

/** A small file with the header of a large PNG. */
function hugePng(width: number, height: number): Buffer {
	const chunk = (name: string, content: Buffer) => {
		const body = Buffer.concat([Buffer.from(name), content]);
		const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
		length.writeUInt32BE(content.length);
		sum.writeUInt32BE(crc32(body));
		return Buffer.concat([length, body, sum]);
	};
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 0, 0, 0, 0], 8);
	const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
	const data = deflateSync(Buffer.alloc(1000));
	return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}
