import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import {
	decodeFace,
	decodeImage,
	encodeJpeg,
	encodePng,
	imageSize,
	rasterizeSvg,
	svgToPng,
} from '../../lib/data/image';
import { decodePhoto } from '../../lib/data/photo';
import { temporaryFolder } from './readers/sources';

const RAMP = Uint8Array.from({ length: 12 }, (_, index) => index * 23);

test('grey bytes come back from PNG as they went in', async () => {
	const png = await encodePng(RAMP, { height: 3, width: 4 });
	assert.deepEqual([...(await decodeImage(png, { height: 3, width: 4 }))], [...RAMP]);
	assert.equal((await sharp(png).metadata()).channels, 1);
});

test('RGB bytes come back from PNG as they went in', async () => {
	const png = await encodePng(RAMP, { height: 2, width: 2, channels: 3 });
	assert.deepEqual([...(await decodeImage(png, { height: 2, width: 2, channels: 3 }))], [...RAMP]);
});

test('encodeJpeg makes a picture in colour of the size asked for', async () => {
	const jpeg = await encodeJpeg(new Uint8Array(48 * 48).fill(130), { height: 48, width: 48 }, 100);
	const { format, channels, width, height } = await sharp(jpeg).metadata();
	assert.deepEqual({ format, channels, width, height }, { format: 'jpeg', channels: 3, width: 100, height: 100 });
	const pixels = await decodeImage(jpeg, { height: 48, width: 48 });
	assert.ok(pixels.every((value) => Math.abs(value - 130) <= 1));
	await assert.rejects(encodeJpeg(RAMP, { height: 3, width: 4 }, 0), /integer above 0 for height but received 0/);
	await assert.rejects(encodeJpeg(RAMP, { height: 3, width: 3 }, 9), /9 values for pixels but received "12 values"/);
});

test('decodeImage turns colours to grey and grey to colours', async () => {
	const grey = Uint8Array.of(0, 0, 0, 128, 128, 128, 255, 255, 255);
	const png = await encodePng(grey, { height: 1, width: 3, channels: 3 });
	assert.deepEqual([...(await decodeImage(png, { height: 1, width: 3 }))], [0, 128, 255]);
	const one = await encodePng(Uint8Array.of(77), { height: 1, width: 1 });
	assert.deepEqual([...(await decodeImage(one, { height: 1, width: 1, channels: 3 }))], [77, 77, 77]);
});

test('decodeImage reads a file and scales it to the size asked for', async (t) => {
	const file = path.join(temporaryFolder(t), 'a.png');
	writeFileSync(file, await encodePng(new Uint8Array(100 * 60).fill(200), { height: 100, width: 60 }));
	const pixels = await decodeImage(file, { height: 48, width: 48 });
	assert.equal(pixels.length, 2304);
	assert.ok(pixels.every((value) => value === 200));
});

test('decodeImage sees that a file has changed', async (t) => {
	const file = path.join(temporaryFolder(t), 'a.png');
	for (const value of [10, 20]) {
		writeFileSync(file, await encodePng(Uint8Array.of(value), { height: 1, width: 1 }));
		assert.deepEqual([...(await decodeImage(file, { height: 1, width: 1 }))], [value]);
	}
});

test('decodeImage applies the EXIF orientation', async () => {
	// Left half black; orientation 6 says: turn by 90 degrees clockwise, so the left becomes the top.
	const stored = Uint8Array.from({ length: 64 }, (_, index) => (index % 8 < 4 ? 0 : 255));
	const raw = sharp(stored, { raw: { height: 8, width: 8, channels: 1 } });
	const jpeg = await raw.withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
	const pixels = await decodeImage(jpeg, { height: 8, width: 8 });
	assert.ok(pixels.subarray(0, 32).every((value) => value < 5));
	assert.ok(pixels.subarray(32).every((value) => value > 250));
});

test('decodeImage takes transparent parts as white, and 16 bits as 8', async () => {
	const rgba = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 255);
	const transparent = await sharp(rgba, { raw: { height: 1, width: 2, channels: 4 } })
		.png()
		.toBuffer();
	assert.deepEqual([...(await decodeImage(transparent, { height: 1, width: 2 }))], [255, 0]);
	const deep = sharp(Uint16Array.of(0, 100 * 257, 65535), { raw: { height: 1, width: 3, channels: 1 } });
	const png = await deep.toColourspace('grey16').png().toBuffer();
	assert.equal((await sharp(png).metadata()).depth, 'ushort');
	assert.deepEqual([...(await decodeImage(png, { height: 1, width: 3 }))], [0, 100, 255]);
});

test('an image that cannot be decoded is a DataError with its name', async () => {
	const noise = Uint8Array.from({ length: 2304 }, (_, index) => (index * index * 31) % 256);
	const png = await encodePng(noise, { height: 48, width: 48 });
	const jpeg = await sharp(noise, { raw: { height: 48, width: 48, channels: 1 } })
		.jpeg()
		.toBuffer();
	const broken = {
		'text.png': Buffer.from('not an image'),
		'cut.png': png.subarray(0, png.length / 2),
		'cut.jpg': jpeg.subarray(0, jpeg.length / 2),
		'empty.jpg': Buffer.alloc(0),
	};
	for (const [name, content] of Object.entries(broken)) {
		const message = new RegExp(`^Expected an image in train/sad/${name} but received .*\\. Replace the file`);
		const decoding = decodeImage(content, { height: 48, width: 48 }, `train/sad/${name}`);
		await assert.rejects(decoding, { name: 'DataError', message });
	}
});

test('a file is named in the error by its own name, without its folder', async (t) => {
	const file = path.join(temporaryFolder(t), 'b.jpg');
	writeFileSync(file, 'no');
	await assert.rejects(decodeImage(file, { height: 1, width: 1 }), /^DataError: Expected an image in b\.jpg but/);
});

test('shapes and lengths are checked', async () => {
	await assert.rejects(decodeImage(RAMP, { height: 0, width: 4 }), /integer above 0 for height but received 0/);
	await assert.rejects(encodePng(RAMP, { height: 3, width: 3 }), /9 values for pixels but received "12 values"/);
});

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20">
	<rect x="20" y="0" width="20" height="20" fill="black"/></svg>`;

test('rasterizeSvg draws at the size asked for, on white', async () => {
	for (const scale of [0.5, 1, 4]) {
		const [height, width] = [20 * scale, 40 * scale];
		const pixels = await rasterizeSvg(SVG, { height, width });
		for (const [index, value] of pixels.entries()) {
			assert.equal(value, index % width < width / 2 ? 255 : 0, `pixel ${index} at scale ${scale}`);
		}
	}
});

test('svgToPng draws at the document’s own width, with edges sharp', async () => {
	const png = await svgToPng(SVG);
	const { height, width } = await sharp(png).metadata();
	assert.deepEqual([height, width], [20, 40]);
	const pixels = await decodeImage(png, { height: 20, width: 40 });
	assert.ok(pixels.every((value) => value === 0 || value === 255));
});

test('what is no SVG is a DataError', async () => {
	await assert.rejects(rasterizeSvg('<p>', { height: 4, width: 4 }), { name: 'DataError', message: /an SVG document/ });
	await assert.rejects(svgToPng('<svg'), { name: 'DataError', message: /an SVG document/ });
});

test('decodePhoto gives a photo in its own size and in colours, turned as EXIF says, on white', async () => {
	const stored = Uint8Array.from({ length: 8 * 4 }, (_, index) => (index % 8 < 4 ? 0 : 255));
	const raw = sharp(stored, { raw: { height: 4, width: 8, channels: 1 } });
	const jpeg = await raw.withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
	const { pixels, width, height, channels } = await decodePhoto(jpeg);
	assert.deepEqual([width, height, channels, pixels.length], [4, 8, 3, 96]);
	assert.ok(pixels.subarray(0, 48).every((value) => value < 5) && pixels.subarray(48).every((value) => value > 250));
	const rgba = Uint8Array.of(10, 20, 30, 255, 0, 0, 0, 0);
	const png = await sharp(rgba, { raw: { height: 1, width: 2, channels: 4 } })
		.png()
		.toBuffer();
	assert.deepEqual([...(await decodePhoto(png)).pixels], [10, 20, 30, 255, 255, 255]);
	await assert.rejects(decodePhoto(Buffer.from('no image'), 'a.jpg'), {
		name: 'DataError',
		message: /an image in a\.jpg but received one that cannot be decoded/,
	});
});

test('imageSize reads the stored size and channels of PNG, JPEG and WebP, before the orientation of EXIF', async () => {
	const picture = sharp({ create: { width: 70, height: 45, channels: 3, background: '#8040a0' } });
	const files = [
		picture.clone().png(),
		picture
			.clone()
			.jpeg()
			.withExif({ IFD0: { Orientation: '6' } }),
		picture.webp(),
	];
	for (const file of files)
		assert.deepEqual(await imageSize(await file.toBuffer()), { width: 70, height: 45, channels: 3 });
	const grey = await encodePng(new Uint8Array(6), { width: 3, height: 2 });
	assert.deepEqual(await imageSize(grey), { width: 3, height: 2, channels: 1 });
});

test('decodeFace keeps proportions and repeats the pixels at the edges; squares are as decodeImage has them', async () => {
	// Two columns of 4 pixels, 10 and 200: centred in 4 x 4 pixels, with one column repeated on each side.
	const narrow = await encodePng(Uint8Array.of(10, 200, 10, 200, 10, 200, 10, 200), { width: 2, height: 4 });
	const face = await decodeFace(narrow, { size: 4, channels: 1 }, 'narrow.png');
	assert.deepEqual([face.width, face.height], [2, 4]);
	assert.deepEqual([...face.pixels], [10, 10, 200, 200, 10, 10, 200, 200, 10, 10, 200, 200, 10, 10, 200, 200]);
	// Turned by its EXIF orientation first.
	const pixels = Uint8Array.of(10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120);
	const raw = { width: 4, height: 3, channels: 1 as const };
	const turned = await sharp(pixels, { raw }).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
	const upright = await decodeFace(turned, { size: 4, channels: 1 }, 'turned.jpg');
	for (let row = 0; row < 4; row++) assert.equal(upright.pixels[4 * row + 3], upright.pixels[4 * row + 2]);
	const square = await encodePng(
		Uint8Array.from({ length: 100 }, (_, at) => (at * 37) % 256),
		{ width: 10, height: 10 },
	);
	const { pixels: same } = await decodeFace(square, { size: 7, channels: 3 }, 'square.png');
	assert.deepEqual(same, await decodeImage(square, { width: 7, height: 7, channels: 3 }));
});
