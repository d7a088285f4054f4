import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Box, RawImage } from '../../lib/data/rawImage';
import { cropFace, type FaceShape, fitAspect, isFaceShape } from '../../lib/photos/faceCrop';
import { createRandom } from '../../lib/random';

const SIDE = 48;

/** An image whose pixels follow a formula. */
function image(width: number, height: number, channels: 1 | 3 | 4, value: (x: number, y: number, c: number) => number) {
	const pixels = new Uint8Array(width * height * channels);
	for (let i = 0; i < pixels.length; i++) {
		const place = Math.floor(i / channels);
		pixels[i] = value(place % width, Math.floor(place / width), i % channels);
	}
	return { pixels, width, height, channels } satisfies RawImage;
}

const at = (face: Uint8Array, x: number, y: number) => face[y * SIDE + x];

describe('cropFace', () => {
	it('leaves a grey face of 48 x 48 pixels as it is', () => {
		const random = createRandom(1);
		const face = image(SIDE, SIDE, 1, () => random.integer(256));
		assert.deepEqual(cropFace(face), face.pixels);
	});

	it('cuts a box out of a larger image, and goes on with the edge beyond it', () => {
		const photo = image(100, 80, 1, (x, y) => x + y);
		const inside = cropFace(photo, { left: 20, top: 10, width: SIDE, height: SIDE });
		assert.deepEqual([at(inside, 0, 0), at(inside, 47, 0), at(inside, 5, 40)], [30, 77, 75]);
		const beyond = cropFace(photo, { left: -10, top: 60, width: SIDE, height: SIDE });
		assert.deepEqual([at(beyond, 0, 0), at(beyond, 10, 0), at(beyond, 0, 47)], [60, 60, 79]);
	});

	it('takes the mean of what a pixel covers: by hand', () => {
		// Half the size: a triangle over four pixels of 1/8, 3/8, 3/8, 1/8. Columns of 0 and 80 in turn have the mean 40.
		const stripes = cropFace(image(96, 96, 1, (x) => (x % 2) * 80));
		assert.ok(stripes.subarray(SIDE, 2 * SIDE - 1).every((value, x) => x === 0 || value === 40));
		// One bright pixel at (20, 30): 3/8 x 3/8 of it in the pixel that covers it.
		const dot = cropFace(image(96, 96, 1, (x, y) => (x === 20 && y === 30 ? 192 : 0)));
		assert.deepEqual([at(dot, 10, 15), at(dot, 9, 15), at(dot, 9, 14), at(dot, 11, 15)], [27, 9, 3, 0]);
	});

	it('interpolates a face of half the size', () => {
		const face = cropFace(image(24, 24, 1, (x) => 4 * x));
		// Pixel i lies at (i + 0.5) / 2 - 0.5 of the source.
		assert.deepEqual([at(face, 0, 0), at(face, 1, 3), at(face, 2, 3), at(face, 47, 9)], [0, 1, 3, 92]);
	});

	it('makes colours grey by Rec. 601, and lays opacity on white', () => {
		const colour = cropFace(image(SIDE, SIDE, 3, (_, __, c) => [200, 100, 50][c]));
		assert.ok(colour.every((value) => value === Math.round(0.299 * 200 + 0.587 * 100 + 0.114 * 50)));
		const clear = cropFace(image(SIDE, SIDE, 4, (_, __, c) => [0, 0, 0, 51][c]));
		assert.ok(clear.every((value) => value === 204));
	});

	it('crops to the size and channels of a model', () => {
		const photo = image(128, 128, 3, (x, y, c) => [x, y, 7][c]);
		const box = { left: 10, top: 20, width: 64, height: 64 };
		const face = cropFace(photo, box, [64, 64, 3]);
		const pixel = (x: number, y: number) => [...face.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3)];
		assert.equal(face.length, 64 * 64 * 3);
		assert.deepEqual(
			[pixel(0, 0), pixel(63, 0), pixel(5, 40)],
			[
				[10, 20, 7],
				[73, 20, 7],
				[15, 60, 7],
			],
		);
		// Wider than high, half the size: the means of pixels two by two, in the middle of a slope.
		const wide = cropFace(photo, { left: 0, top: 0, width: 128, height: 64 }, [32, 64, 1]);
		assert.equal(wide.length, 32 * 64);
		assert.equal(wide[10 * 64 + 20], Math.round(0.299 * 40.5 + 0.587 * 20.5 + 0.114 * 7));
	});

	it('has the grey levels in all three colours of a grey image, and lays opacity on white in each', () => {
		const grey = cropFace(
			image(20, 20, 1, (x) => 10 * x),
			undefined,
			[20, 20, 3],
		);
		assert.deepEqual([...grey.subarray(0, 6)], [0, 0, 0, 10, 10, 10]);
		const clear = cropFace(
			image(20, 20, 4, (_, __, c) => [100, 0, 255, 51][c]),
			undefined,
			[20, 20, 3],
		);
		// A fifth of the colour, and four fifths of white.
		assert.deepEqual([...clear.subarray(0, 3)], [224, 204, 255]);
	});

	it('refuses a shape that is none of a face', () => {
		const photo = image(20, 20, 1, () => 0);
		for (const shape of [
			[48, 48],
			[48, 48, 2],
			[48, 48, 4],
			[0, 48, 1],
			[48.5, 48, 1],
			[1, 48, 48, 1],
		]) {
			assert.equal(isFaceShape(shape), false);
			assert.throws(() => cropFace(photo, undefined, shape as unknown as FaceShape), {
				name: 'RangeError',
				message: /^Expected height, width, and 1 or 3 channels for shape but received \[/,
			});
		}
		assert.ok(isFaceShape([100, 80, 3]));
	});

	it('refuses pixels that are too few, and a box without area', () => {
		const photo = image(60, 60, 1, () => 0);
		assert.throws(() => cropFace({ ...photo, channels: 3 }), {
			name: 'RangeError',
			message: /10800 values, more than 0, for pixels but received "?3600 values/,
		});
		const box = { left: 0, top: 0, width: 0, height: 9 };
		assert.throws(() => cropFace(photo, box), { name: 'RangeError', message: /a width and height above 0 for box/ });
	});

	it('goes on with the edge where most of a box is beyond it, however large the box may be', () => {
		const photo = image(100, 80, 1, (x, y) => x + y);
		const face = cropFace(photo, { left: 99, top: 79, width: 1000, height: 1000 });
		assert.ok(face.every((value) => value === 177 || value === 178));
		assert.equal(cropFace(image(1, 1, 1, () => 7)).length, SIDE * SIDE);
	});

	for (const [what, box, message] of [
		[
			'without numbers',
			{ left: Number.NaN, top: 0, width: 9, height: 9 },
			/{ left, .* } in pixels for box but received { left: NaN, top: 0, width: 9, height: 9 }/,
		],
		[
			'that never ends',
			{ left: 0, top: 0, width: Number.POSITIVE_INFINITY, height: 9 },
			/in pixels for box but received { .*width: Infinity/,
		],
		[
			'of other fields',
			{ x: 1, y: 2, width: 9, height: 9 },
			/in pixels for box but received { x: 1, y: 2, width: 9, height: 9 }/,
		],
		['that is none', null, /in pixels for box but received null/],
		['of negative width', { left: 20, top: 0, width: -9, height: 9 }, /a width and height above 0 for box/],
		[
			'relative to the image',
			{ left: 0.1, top: 0.2, width: 0.5, height: 0.5 },
			/pixels for box .*Multiply left and width by/,
		],
		[
			'of the whole image, relative',
			{ left: 0, top: 0, width: 1, height: 1 },
			/pixels for box .*Multiply left and width by/,
		],
		['right of the image', { left: 100, top: 0, width: 9, height: 9 }, /a box on the image of 100 x 80 pixels for box/],
		['above the image', { left: 0, top: -9, width: 9, height: 9 }, /a box on the image of 100 x 80 pixels/],
		['far away', { left: 1e16, top: 0, width: 10, height: 10 }, /a box on the image of 100 x 80 pixels/],
		['of a huge size', { left: 0, top: 0, width: 1e7, height: 1e7 }, /sides of at most 1000 pixels for box/],
		[
			'of a huge size all around',
			{ left: -1e16, top: -1e16, width: 2e16, height: 2e16 },
			/sides of at most 1000 pixels/,
		],
	] as const) {
		it(`refuses a box ${what} at once`, () => {
			const photo = image(100, 80, 1, (x, y) => x + y);
			assert.throws(() => cropFace(photo, box as unknown as Box), { name: 'RangeError', message });
		});
	}
});

describe('fitAspect', () => {
	const box = { left: 10, top: 20, width: 40, height: 40 };

	it('leaves a square as it is for square faces', () => {
		assert.equal(fitAspect(box, [64, 64, 3]), box);
	});

	it('enlarges it about its middle to the aspect of other faces: by hand', () => {
		assert.deepEqual(fitAspect(box, [100, 50, 1]), { left: 10, top: 0, width: 40, height: 80 });
		assert.deepEqual(fitAspect(box, [48, 72, 1]), { left: 0, top: 20, width: 60, height: 40 });
	});
});
