import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openBmp } from '../../lib/data/bmp';
import { decodeImage } from '../../lib/data/image';
import { type BmpOptions, bmp } from '../fixtures/bmp';

/** Decodes a bitmap to RGB. */
async function pixelsOf(content: Buffer): Promise<number[]> {
	const open = await openBmp(content, 'a.bmp');
	const { data, info } = await open().raw().toBuffer({ resolveWithObject: true });
	assert.equal(info.channels, 3);
	return [...data];
}

// Three by two: red, green, blue; white, black, grey.
const COLOURS = [0xff0000, 0x00ff00, 0x0000ff, 0xffffff, 0x000000, 0x808080];
const RGB = COLOURS.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]);
const size = { width: 3, height: 2 };
const indices = [0, 1, 2, 3, 4, 5];

describe('openBmp', () => {
	it('reads 24 and 32 bits, from the bottom or from the top', async () => {
		const variants: BmpOptions[] = [
			{ bits: 24 },
			{ bits: 32 },
			{ bits: 24, isTopDown: true },
			{ bits: 32, masks: 0xff0000 },
		];
		for (const variant of variants) {
			assert.deepEqual(await pixelsOf(bmp({ ...size, pixels: COLOURS, ...variant })), RGB, JSON.stringify(variant));
		}
	});

	it('reads 8 and 4 bits with a palette', async () => {
		for (const bits of [8, 4] as const) {
			assert.deepEqual(await pixelsOf(bmp({ ...size, pixels: indices, bits, palette: COLOURS })), RGB, `${bits} bits`);
		}
	});

	it('reads 1 bit, with rows filled up to 32', async () => {
		const pixels = Array.from({ length: 40 * 2 }, (_, i) => Number(i % 3 === 0));
		const grey = await pixelsOf(bmp({ width: 40, height: 2, pixels, bits: 1, palette: [0, 0xffffff] }));
		assert.deepEqual(
			grey.filter((_, i) => i % 3 === 0),
			pixels.map((bit) => 255 * bit),
		);
	});

	it('is what decodeImage reads a bitmap with', async () => {
		const content = bmp({ ...size, pixels: COLOURS, bits: 24 });
		assert.deepEqual([...(await decodeImage(content, { ...size, channels: 3 }))], RGB);
	});

	it('says how much of a bitmap is missing', async () => {
		const whole = bmp({ width: 4, height: 10, pixels: Array(40).fill(0), bits: 32 });
		for (const [length, share] of [
			[whole.length - 1, 10],
			[whole.length - 5 * 16, 50],
			[54, 100],
		]) {
			await assert.rejects(openBmp(whole.subarray(0, length), 'a.bmp'), {
				name: 'DataError',
				message: `Expected an image in a.bmp but received one that is cut off: ${share} % of its rows are missing. Replace the file by a complete one, or delete it.`,
			});
		}
	});

	it('refuses other kinds, hostile sizes and short headers in a sentence', async () => {
		const plain = { ...size, pixels: COLOURS, bits: 24 } as const;
		const changed = (place: number, value: number) => {
			const content = bmp(plain);
			content.writeInt32LE(value, place);
			return content;
		};
		for (const [content, words] of [
			[changed(30, 1), /a bitmap of 24 bits with compression 1\. Save it as PNG/],
			[changed(14, 12), /an old or incomplete header/],
			[changed(18, 0), /a bitmap without a size/],
			[changed(18, -3), /a bitmap without a size/],
			[changed(22, -2147483648), /at most 40 megapixels in a\.bmp but received one of 3 x 2,147,483,648 pixels/],
			[changed(18, 2147483647), /at most 40 megapixels/],
			[changed(10, 2147483647), /100 % of its rows are missing/],
			[bmp({ ...plain, bits: 32, masks: 0xff }), /a bitmap of 32 bits with compression 3/],
			[bmp({ ...plain, bits: 32, masks: 0xff0000 }).subarray(0, 54), /a bitmap of 32 bits with compression 3/],
			[bmp(plain).subarray(0, 20), /an old or incomplete header/],
		] as const) {
			await assert.rejects(openBmp(content, 'a.bmp'), { name: 'DataError', message: words });
		}
	});
});
