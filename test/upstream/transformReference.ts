import assert from 'node:assert/strict';
import type { Random } from '../../lib/random';
import { tf } from '../../lib/tensorflow/tf';
import '../../lib/tensorflow/transform';

export const FILL_MODES = ['constant', 'reflect', 'wrap', 'nearest'] as const;
export const INTERPOLATIONS = ['nearest', 'bilinear'] as const;
export type FillMode = (typeof FILL_MODES)[number];
export type Interpolation = (typeof INTERPOLATIONS)[number];
export type Shape = [batch: number, height: number, width: number, channels: number];

/** Arguments of `tf.image.transform`. */
export interface Case {
	shape: Shape;
	outputShape: [number, number];
	interpolation: Interpolation;
	fillMode: FillMode;
	fillValue: number;
	transforms: number[][];
	images: ArrayLike<number>;
}

/** What the kernel makes of a case. */
export function transformed({ shape, outputShape, interpolation, fillMode, fillValue, transforms, images }: Case) {
	const matrices = tf.tensor2d(transforms, [transforms.length, 8]);
	const source = tf.tensor4d(new Float32Array(images), shape);
	const result = tf.image.transform(source, matrices, interpolation, fillMode, fillValue, outputShape);
	assert.deepEqual(result.shape, [shape[0], ...outputShape, shape[3]]);
	// Not in a tidy: it looks through what it returns for tensors, and so takes a microsecond a pixel.
	const values = result.dataSync<'float32'>().slice();
	tf.dispose([matrices, source, result]);
	return values;
}

const modulo = (value: number, length: number) => ((value % length) + length) % length;

/** The pixel that a place beyond the edge shows, as tfjs documents the fill modes; undefined is the fill value. */
const EXTENSIONS: Record<FillMode, (place: number, length: number) => number | undefined> = {
	constant: (place, length) => (place >= 0 && place < length ? place : undefined),
	reflect: (place, length) => Math.min(modulo(place, 2 * length), modulo(-1 - place, 2 * length)),
	wrap: modulo,
	nearest: (place, length) => Math.min(Math.max(place, 0), length - 1),
};

/** One value of a result, written from tfjs's documentation. */
export function documentedAt({ shape, ...given }: Case, image: number, y: number, x: number, channel: number): number {
	const [, height, width, channels] = shape;
	const [a0, a1, a2, b0, b1, b2, c0, c1] = given.transforms[given.transforms.length === 1 ? 0 : image];
	const k = c0 * x + c1 * y + 1;
	const [left, top] = [(a0 * x + a1 * y + a2) / k, (b0 * x + b1 * y + b2) / k];
	const pixel = (row: number, column: number) => {
		const from = [EXTENSIONS[given.fillMode](row, height), EXTENSIONS[given.fillMode](column, width)];
		if (from[0] === undefined || from[1] === undefined) return given.fillValue;
		return given.images[((image * height + from[0]) * width + from[1]) * channels + channel];
	};
	if (given.interpolation === 'nearest') return pixel(Math.round(top), Math.round(left));
	const [row, column] = [Math.floor(top), Math.floor(left)];
	const mix = (first: number, second: number, part: number) => first * (1 - part) + second * part;
	const upper = mix(pixel(row, column), pixel(row, column + 1), left - column);
	return mix(upper, mix(pixel(row + 1, column), pixel(row + 1, column + 1), left - column), top - row);
}

/** A whole result, written from tfjs's documentation. */
export function documented(given: Case): number[] {
	const { shape, outputShape } = given;
	const [height, width, channels] = [...outputShape, shape[3]];
	return Array.from({ length: shape[0] * height * width * channels }, (_, at) => {
		const place = Math.floor(at / channels);
		const [image, y] = [Math.floor(place / (width * height)), Math.floor(place / width) % height];
		return documentedAt(given, image, y, place % width, at % channels);
	});
}

/** A random case: matrices of eighths, whose sums are exact, and moves of sixteenths, so that no position is a tie. */
export function randomCase(random: Random, fillMode: FillMode, interpolation: Interpolation): Case {
	const shape: Shape = [1 + random.integer(3), 1 + random.integer(7), 1 + random.integer(7), 1 + random.integer(3)];
	const eighths = () => (random.integer(33) - 16) / 8;
	const move = () => (2 * random.integer(320) - 319) / 16;
	return {
		shape,
		outputShape: [1 + random.integer(9), 1 + random.integer(9)],
		interpolation,
		fillMode,
		fillValue: random.normal(),
		transforms: Array.from({ length: random.integer(2) ? shape[0] : 1 }, () => {
			return [eighths(), eighths(), move(), eighths(), eighths(), move(), 0, 0];
		}),
		images: Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()),
	};
}
