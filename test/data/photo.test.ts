import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { decodePhoto, scaleBox } from '../../lib/data/photo';
import { drawnJpeg } from '../fixtures/drawnJpeg';
import { temporaryFolder } from './readers/sources';

const MOST = 3840 * 2160;

/** A plain picture, quickly made. */
const plain = (width: number, height: number) =>
	sharp({ create: { width, height, channels: 3, background: '#406080' }, limitInputPixels: false }).png({
		compressionLevel: 1,
	});

describe('decodePhoto', () => {
	it('keeps photos up to 8.3 megapixels as they are', async () => {
		const { width, height, pixels, original, note } = await decodePhoto(await plain(3840, 2160).toBuffer());
		assert.deepEqual([width, height, pixels.length, note], [3840, 2160, MOST * 3, undefined]);
		assert.deepEqual(original, { width: 3840, height: 2160 });
	});

	it('reduces larger and longer ones to as many, in their proportions, and remembers their size', async (t) => {
		const folder = temporaryFolder(t);
		for (const [width, height] of [
			[5000, 4000],
			[12_000, 1500],
			[1500, 12_000],
			[12_000, 12_000],
		]) {
			const file = join(folder, `${width}.png`);
			await plain(width, height).toFile(file);
			const photo = await decodePhoto(file);
			assert.deepEqual(photo.original, { width, height });
			const pixels = photo.width * photo.height;
			assert.ok(pixels <= MOST && pixels > 0.97 * MOST, `${photo.width} x ${photo.height}`);
			assert.ok(Math.abs(photo.width / photo.height / (width / height) - 1) < 0.01, `${photo.width} x ${photo.height}`);
			assert.deepEqual([...photo.pixels.subarray(0, 3)], [0x40, 0x60, 0x80]);
		}
	});

	it('reduces a strip to 16,384 pixels, and keeps one of a pixel’s height', async () => {
		for (const [size, expected] of [
			[
				[60_000, 600],
				[16_384, 163],
			],
			[
				[600, 40_000],
				[245, 16_384],
			],
			[
				[50_000, 1],
				[16_384, 1],
			],
			[
				[16_384, 1],
				[16_384, 1],
			],
		]) {
			const { width, height, original, pixels } = await decodePhoto(await plain(size[0], size[1]).toBuffer());
			assert.deepEqual([width, height, original], [...expected, { width: size[0], height: size[1] }]);
			assert.equal(pixels.length, 3 * width * height);
		}
	});

	it('gives the original size as EXIF turns it', async () => {
		const turned = await plain(5000, 3000).jpeg().withMetadata({ orientation: 6 }).toBuffer();
		const { width, height, original } = await decodePhoto(turned);
		assert.deepEqual(original, { width: 3000, height: 5000 });
		assert.ok(width < height && width * height <= MOST);
	});

	it('says that it took the first of several frames or pages', async () => {
		const frames = Buffer.concat([Buffer.alloc(300, 10), Buffer.alloc(300, 200), Buffer.alloc(300, 90)]);
		const raw = { width: 10, height: 30, channels: 3, pageHeight: 10 } as const;
		const animation = () => sharp(frames, { raw });
		for (const [content, note] of [
			[await animation().gif().toBuffer(), 'the first of 3 frames'],
			[await animation().webp({ lossless: true }).toBuffer(), 'the first of 3 frames'],
			[await animation().tiff().toBuffer(), 'the first of 3 pages'],
			[animatedPng(await plain(10, 10).toBuffer(), 12), 'the first of 12 frames'],
		] as const) {
			const photo = await decodePhoto(content);
			assert.deepEqual([photo.width, photo.height, photo.note], [10, 10, note]);
		}
		assert.equal((await decodePhoto(await plain(10, 10).gif().toBuffer())).note, undefined);
	});

	it('notes harmless flaws', async (t) => {
		const file = join(temporaryFolder(t), 'a.jpg');
		writeFileSync(file, (await drawnJpeg()).subarray(0, -2));
		const { width, height, note } = await decodePhoto(file);
		assert.deepEqual([width, height, note], [480, 360, 'complete, but with no end mark']);
	});
});

it('scaleBox cuts out a box and scales it', async () => {
	// Columns of 0, 10, 20, ...
	const pixels = Uint8Array.from({ length: 12 * 8 }, (_, i) => 10 * (i % 12));
	const photo = { pixels, width: 12, height: 8, channels: 1 } as const;
	const part = await scaleBox(photo, { left: 3, top: 2, width: 4, height: 4 }, { width: 4, height: 4 });
	assert.deepEqual([part.width, part.height, part.channels], [4, 4, 3]);
	assert.deepEqual([...part.pixels.subarray(0, 12)], [30, 30, 30, 40, 40, 40, 50, 50, 50, 60, 60, 60]);
	const reduced = await scaleBox(photo, { left: 0, top: 0, width: 12, height: 8 }, { width: 6, height: 4 });
	assert.equal(reduced.pixels.length, 6 * 4 * 3);
});

/** Adds the chunk of an animation to a PNG, after its header. */
function animatedPng(png: Buffer, frames: number): Buffer {
	const chunk = Buffer.alloc(20);
	chunk.writeUInt32BE(8, 0);
	chunk.write('acTL', 4);
	chunk.writeUInt32BE(frames, 8);
	chunk.writeUInt32BE(crc32(chunk.subarray(4, 16)), 16);
	return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}
