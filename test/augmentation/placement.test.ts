import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Placement, place, randomPlacement } from '../../lib/augmentation/placement';
import { createRandom } from '../../lib/random';
import { tf } from '../../lib/tensorflow/tf';

/** Nine grey levels that tell every pixel apart. */
const NINE = [
	[1, 2, 3],
	[4, 5, 6],
	[7, 8, 9],
];
/** A dot right of the centre of a 5 x 5 image. */
const DOT_RIGHT = dotAt(2, 4);

function dotAt(row: number, column: number): number[][] {
	return Array.from({ length: 5 }, (_, y) => Array.from({ length: 5 }, (__, x) => Number(y === row && x === column)));
}

/** Places one grey image; whole numbers come out whole. */
function placed(image: number[][], placement: Placement, targetSize = image[0].length): number[][] {
	return tf.tidy(() => {
		const result = place(tf.tensor4d([image.map((row) => row.map((value) => [value]))]), placement, targetSize);
		assert.deepEqual(result.shape, [1, targetSize, targetSize, 1]);
		return (result.squeeze([0, 3]).arraySync() as number[][]).map((row) => row.map((value) => round(value)));
	});
}

/** To six digits, without negative zeros. */
function round(value: number): number {
	return Math.round(value * 1e6) / 1e6 + 0;
}

/** Noise, so that every pixel counts. */
function noise(batch: number, height: number, width: number, channels: number, seed: number): tf.Tensor4D {
	const random = createRandom(seed);
	const values = Float32Array.from({ length: batch * height * width * channels }, () => random.integer(256));
	return tf.tensor4d(values, [batch, height, width, channels]);
}

function largestDifference(a: tf.Tensor, b: tf.Tensor): number {
	assert.deepEqual(a.shape, b.shape);
	return tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]);
}

describe('place', () => {
	it('leaves an image as it is by default', () => {
		assert.deepEqual(placed(NINE, {}), NINE);
		const same = { rotationDegrees: 0, zoom: 1, shiftX: 0, shiftY: 0, shear: 0, mirror: false };
		assert.deepEqual(placed(NINE, same), NINE);
	});

	it('resizes as tf.image.resizeBilinear does', () => {
		for (const [channels, size] of [
			[1, 96],
			[3, 96],
			[1, 64],
			[3, 50],
			[1, 32],
			[1, 48],
		]) {
			tf.tidy(() => {
				const images = noise(2, 48, 48, channels, size);
				const expected = tf.image.resizeBilinear(images, [size, size]);
				const difference = largestDifference(place(images, {}, size), expected);
				assert.ok(difference < 0.01, `${difference} of 255 at ${size} pixels`);
			});
		}
	});

	it('resizes a mirror image as the mirrored source', () => {
		tf.tidy(() => {
			const images = noise(2, 48, 48, 1, 3);
			for (const size of [48, 96, 60]) {
				const expected = tf.image.resizeBilinear(tf.reverse(images, 2), [size, size]);
				assert.ok(largestDifference(place(images, { mirror: true }, size), expected) < 0.01);
			}
		});
	});

	it('stretches an image that is not square', () => {
		tf.tidy(() => {
			const images = noise(1, 30, 60, 3, 4);
			const expected = tf.image.resizeBilinear(images, [40, 40]);
			assert.ok(largestDifference(place(images, {}, 40), expected) < 0.01);
		});
	});

	it('mirrors left to right', () => {
		assert.deepEqual(placed(NINE, { mirror: true }), [
			[3, 2, 1],
			[6, 5, 4],
			[9, 8, 7],
		]);
	});

	it('shifts the content to the right and downwards; the edge repeats', () => {
		assert.deepEqual(placed(NINE, { shiftX: 1 / 3 }), [
			[1, 1, 2],
			[4, 4, 5],
			[7, 7, 8],
		]);
		assert.deepEqual(placed(NINE, { shiftX: -2 / 3 }), [
			[3, 3, 3],
			[6, 6, 6],
			[9, 9, 9],
		]);
		assert.deepEqual(placed(NINE, { shiftY: 1 / 3 }), [
			[1, 2, 3],
			[1, 2, 3],
			[4, 5, 6],
		]);
		assert.deepEqual(placed(NINE, { shiftX: 1 / 3, shiftY: -1 / 3 }), [
			[4, 4, 5],
			[7, 7, 8],
			[7, 7, 8],
		]);
		// Half a pixel: the mean of two neighbours.
		assert.deepEqual(
			placed(
				[
					[0, 10],
					[20, 30],
				],
				{ shiftX: 1 / 4 },
			),
			[
				[0, 5],
				[20, 25],
			],
		);
	});

	it('shifts to the right in the mirror image as well, and by the same part at every size', () => {
		assert.deepEqual(placed(NINE, { mirror: true, shiftX: 1 / 3 }), [
			[3, 3, 2],
			[6, 6, 5],
			[9, 9, 8],
		]);
		tf.tidy(() => {
			const images = noise(1, 48, 48, 1, 5);
			// 3 of 48 source pixels are 6 of 96.
			const shifted = place(images, { shiftX: 3 / 48 }, 96);
			const resized = tf.image.resizeBilinear(images, [96, 96]);
			const [moved, still] = [tf.slice(shifted, [0, 0, 6, 0]), tf.slice(resized, [0, 0, 0, 0], [1, 96, 90, 1])];
			assert.ok(largestDifference(moved, still) < 0.01);
		});
	});

	it('turns counter-clockwise as seen on the screen', () => {
		// What was at the right edge is at the top after a quarter turn: row 0 is the top of the screen.
		assert.deepEqual(placed(DOT_RIGHT, { rotationDegrees: 90 }), dotAt(0, 2));
		assert.deepEqual(placed(DOT_RIGHT, { rotationDegrees: -90 }), dotAt(4, 2));
		assert.deepEqual(placed(NINE, { rotationDegrees: 90 }), [
			[3, 6, 9],
			[2, 5, 8],
			[1, 4, 7],
		]);
		assert.deepEqual(placed(NINE, { rotationDegrees: 180 }), [
			[9, 8, 7],
			[6, 5, 4],
			[3, 2, 1],
		]);
		assert.deepEqual(placed(NINE, { rotationDegrees: 360 }), NINE);
	});

	it('turns the mirror image counter-clockwise as well', () => {
		assert.deepEqual(placed(dotAt(2, 0), { mirror: true, rotationDegrees: 90 }), dotAt(0, 2));
	});

	it('turns an eighth to where the cosine says', () => {
		// A dot of 3 x 3 at (20, 0) from the centre of 65 x 65 comes to (14.14, -14.14).
		const image = Array.from({ length: 65 }, (_, y) =>
			Array.from({ length: 65 }, (__, x) => Number(Math.abs(y - 32) <= 1 && Math.abs(x - 52) <= 1)),
		);
		const turned = placed(image, { rotationDegrees: 45 });
		let [sum, sumX, sumY] = [0, 0, 0];
		turned.forEach((row, y) => {
			row.forEach((value, x) => {
				[sum, sumX, sumY] = [sum + value, sumX + value * (x - 32), sumY + value * (y - 32)];
			});
		});
		assert.ok(Math.abs(sumX / sum - 20 * Math.SQRT1_2) < 0.1 && Math.abs(sumY / sum + 20 * Math.SQRT1_2) < 0.1);
	});

	it('enlarges about the centre with a zoom above 1, and shrinks below', () => {
		const line = (...values: number[]) => Array.from({ length: 5 }, () => values);
		assert.deepEqual(placed(line(0, 10, 20, 30, 40), { zoom: 2 }), line(10, 15, 20, 25, 30));
		assert.deepEqual(placed(line(0, 10, 20, 30, 40), { zoom: 0.5 }), line(0, 0, 20, 40, 40));
		const columns = Array.from({ length: 5 }, (_, y) => Array<number>(5).fill(10 * y));
		assert.deepEqual(
			placed(columns, { zoom: 2 }).map((row) => row[0]),
			[10, 15, 20, 25, 30],
		);
	});

	it('shears: rows move to the right by their distance below the centre', () => {
		assert.deepEqual(placed(NINE, { shear: 1 }), [
			[2, 3, 3],
			[4, 5, 6],
			[7, 7, 8],
		]);
		assert.deepEqual(placed(NINE, { shear: -1 }), [
			[1, 1, 2],
			[4, 5, 6],
			[8, 9, 9],
		]);
	});

	it('turns before it shears, and shifts last', () => {
		// The quarter turn brings the dot from the right to the top, two rows above the centre: sheared by two to the left.
		assert.deepEqual(placed(DOT_RIGHT, { rotationDegrees: 90, shear: 1 }), dotAt(0, 0));
		assert.deepEqual(placed(DOT_RIGHT, { rotationDegrees: 90, shear: 1, shiftX: 3 / 5 }), dotAt(0, 3));
	});

	it('gives each image its own placement', () => {
		tf.tidy(() => {
			const images = tf.tensor4d([...NINE.flat(), ...NINE.flat()], [2, 3, 3, 1]);
			const both = place(images, [{ mirror: true }, { shiftY: 1 / 3 }], 3)
				.squeeze([3])
				.arraySync() as number[][][];
			assert.deepEqual(both[0].flat().map(round), placed(NINE, { mirror: true }).flat());
			assert.deepEqual(both[1].flat().map(round), placed(NINE, { shiftY: 1 / 3 }).flat());
		});
	});

	it('leaves one tensor, and its input as it was', () => {
		const images = noise(3, 8, 8, 1, 6);
		const copy = [...images.dataSync()];
		const before = tf.memory().numTensors;
		const result = place(images, { rotationDegrees: 10 }, 16);
		assert.equal(tf.memory().numTensors, before + 1);
		assert.deepEqual([...images.dataSync()], copy);
		tf.dispose([images, result]);
	});
});

describe('randomPlacement', () => {
	const range = { rotationDegrees: 18, zoomFraction: 0.15, shiftFraction: 0.094, shear: 0.1, horizontalFlip: true };
	const draws = Array.from(
		{ length: 2000 },
		(_, seed) => randomPlacement(range, createRandom(seed)) as Required<Placement>,
	);

	it('stays within its limits and comes near them on both sides, over 2,000 seeds', () => {
		const limits = { rotationDegrees: 18, zoom: 0.15, shiftX: 0.094, shiftY: 0.094, shear: 0.1 };
		for (const name of Object.keys(limits) as (keyof typeof limits)[]) {
			const values = draws.map((draw) => draw[name] - (name === 'zoom' ? 1 : 0));
			const [lowest, highest] = [Math.min(...values), Math.max(...values)];
			assert.ok(lowest >= -limits[name] && highest <= limits[name], `${name} from ${lowest} to ${highest}`);
			assert.ok(lowest < -0.98 * limits[name] && highest > 0.98 * limits[name], `${name} from ${lowest} to ${highest}`);
			// Uniform: the mean's standard deviation is limit / sqrt(3 n), 0.013 of the limit.
			const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
			assert.ok(Math.abs(mean) < 0.055 * limits[name], `mean of ${name} ${mean}`);
		}
	});

	it('mirrors half of the images, or none', () => {
		const mirrored = draws.filter(({ mirror }) => mirror).length;
		// 1,000 expected; the standard deviation is 22.
		assert.ok(Math.abs(mirrored - 1000) < 90, `${mirrored} of 2000`);
		for (let seed = 0; seed < 100; seed++) {
			assert.equal(randomPlacement({ ...range, horizontalFlip: false }, createRandom(seed)).mirror, false);
		}
	});

	it('draws no change with limits of 0', () => {
		const none = { rotationDegrees: 0, zoomFraction: 0, shiftFraction: 0, shear: 0, horizontalFlip: false };
		const { mirror, zoom, ...rest } = randomPlacement(none, createRandom(1));
		assert.deepEqual([mirror, zoom], [false, 1]);
		for (const value of Object.values(rest)) assert.equal(Math.abs(value), 0);
	});

	it('keeps what seed 42 draws: a change here changes every stored run', () => {
		assert.deepEqual(randomPlacement(range, createRandom(42)), {
			rotationDegrees: -3.787510050460696,
			zoom: 1.0535331710008904,
			shiftX: 0.06088696801848709,
			shiftY: 0.07012503042258322,
			shear: -0.07223779619671404,
			mirror: true,
		});
	});
});
