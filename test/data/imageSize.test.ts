import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { imageSize } from '../../lib/data/imageSize';

const draw = (width: number, height: number) =>
	sharp({ create: { width, height, channels: 3, background: '#8040a0' } });

test('reads the size of PNG, JPEG (also progressive, with EXIF) and all kinds of WebP', async () => {
	const picture = draw(70, 45);
	const files = {
		png: await picture.clone().png().toBuffer(),
		jpeg: await picture.clone().jpeg().toBuffer(),
		progressive: await picture
			.clone()
			.jpeg({ progressive: true })
			.withExif({ IFD0: { Artist: 'x'.repeat(900) } })
			.toBuffer(),
		webp: await picture.clone().webp().toBuffer(),
		lossless: await picture.clone().webp({ lossless: true }).toBuffer(),
		extended: await picture
			.clone()
			.webp()
			.withExif({ IFD0: { Artist: 'x' } })
			.toBuffer(),
	};
	for (const [kind, content] of Object.entries(files)) {
		assert.deepEqual(imageSize(content), { width: 70, height: 45 }, kind);
	}
	assert.equal(files.extended.toString('latin1', 12, 16), 'VP8X');
	assert.equal(files.lossless.toString('latin1', 12, 16), 'VP8L');
});

test('knows nothing of other formats, and of bytes that end before the size', async () => {
	const jpeg = await draw(9, 9).jpeg().toBuffer();
	const png = await draw(9, 9).png().toBuffer();
	const others = [
		Buffer.from(''),
		Buffer.from('hello'),
		jpeg.subarray(0, 20),
		png.subarray(0, 20),
		await draw(9, 9).gif().toBuffer(),
	];
	for (const content of others) assert.equal(imageSize(content), undefined);
});
