import fc from 'fast-check';
import '../../lib/tensorflow/fusedLayers';
import { nativeOp } from '../../lib/tensorflow/native';
import { tf } from '../../lib/tensorflow/tf';
import type { FuzzProperty, Outcome } from './outcome';

/** The ops of native/ by their names: inputs, outputs, and the attributes they take. */
const OPS = {
	FerNetworkInput: { inputs: 4, outputs: 1, attributes: ['size', 'fraction', 'reversed'] },
	FerBatchNormalization: { inputs: 5, outputs: 5, attributes: ['epsilon', 'update_fraction', 'training', 'highest'] },
	FerBatchNormalizationGradient: { inputs: 6, outputs: 3, attributes: ['epsilon', 'highest'] },
	FerFrozenBatchNormalizationGradient: { inputs: 4, outputs: 1, attributes: ['epsilon', 'highest'] },
	FerDepthwiseConvolution: { inputs: 3, outputs: 1, attributes: ['stride', 'same', 'highest'] },
} as const;

const SIDE = fc.oneof(
	{ weight: 5, arbitrary: fc.integer({ min: 1, max: 9 }) },
	{ weight: 1, arbitrary: fc.constant(0) },
);
const CHANNELS = fc.constantFrom(1, 3, 16, 17);
/** Shapes that fit each other, more often than not: the channels of all inputs are the same. */
const SHAPE = (channels: number) =>
	fc.oneof(
		{ weight: 4, arbitrary: fc.tuple(SIDE, SIDE, SIDE).map((sides) => [...sides, channels]) },
		{ weight: 4, arbitrary: fc.constant([channels]) },
		{ weight: 2, arbitrary: fc.constant([3, 3, channels, 1]) },
		{ weight: 1, arbitrary: fc.array(SIDE, { maxLength: 5 }) },
	);
const NUMBER = fc.oneof(
	fc.constantFrom(0, -0, 1, -1, 1e-38, 3e38, -3e38, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
	fc.float(),
);
const INTEGER = fc.oneof(fc.constantFrom(0, 1, 2, -1, 2 ** 31 - 1, -(2 ** 31)), fc.integer({ min: -3, max: 40 }));

const CALL = CHANNELS.chain((channels) =>
	fc.record({
		op: fc.constantFrom(...(Object.keys(OPS) as (keyof typeof OPS)[])),
		shapes: fc.array(SHAPE(channels), { minLength: 6, maxLength: 6 }),
		values: fc.array(NUMBER, { minLength: 1, maxLength: 7 }),
		// Once in two calls all inputs after the first have the shape that the op asks for.
		fits: fc.boolean(),
		number: NUMBER,
		integer: INTEGER,
		flag: fc.boolean(),
	}),
);
type Call = typeof CALL extends fc.Arbitrary<infer T> ? T : never;

/** The shapes of the inputs, those after the first made to fit where `fits` is set. */
function shapesOf({ op, shapes, fits }: Call): readonly (readonly number[])[] {
	const given = shapes.slice(0, OPS[op].inputs);
	if (!fits) return given;
	const [first] = given;
	const channels = first.at(-1) ?? 1;
	const others = (count: number) => Array.from({ length: count }, () => [channels]);
	if (op === 'FerNetworkInput') return [first, [first[0] ?? 1, 8], [3], [3]];
	if (op === 'FerBatchNormalization') return [first, ...others(4)];
	if (op === 'FerBatchNormalizationGradient') return [first, first, ...others(4)];
	if (op === 'FerFrozenBatchNormalizationGradient') return [first, first, ...others(2)];
	return [first, [3, 3, channels, 1], [channels]];
}

/** Calls an op, and reads all that it returns. A fault in it ends the process. */
function call(given: Call): Outcome {
	const { op, values, number, integer, flag } = given;
	const all: Record<string, number | boolean | { integer: number }> = {
		...{ size: { integer }, stride: { integer } },
		...{ fraction: number, epsilon: number, update_fraction: number, highest: number },
		...{ reversed: flag, training: flag, same: flag },
	};
	const attributes = Object.fromEntries(OPS[op].attributes.map((name) => [name, all[name]]));
	return tf.tidy(() => {
		const inputs = shapesOf(given).map((shape) => {
			const size = shape.reduce<number>((product, side) => product * side, 1);
			return tf.tensor(
				Float32Array.from({ length: size }, (_, i) => values[i % values.length]),
				[...shape],
			);
		});
		let outputs: tf.Tensor[];
		try {
			outputs = nativeOp()(op, inputs, attributes, OPS[op].outputs);
		} catch {
			// TensorFlow's status as an error, which the kernels set for inputs that do not fit.
			return 'refusal';
		}
		for (const output of outputs) {
			if (output.dataSync().length !== output.size) throw new Error(`${op} returns fewer values than its shape has.`);
		}
		return 'result';
	});
}

/** The kernels of native/ with any shapes, values and attributes. */
export async function kernelTarget(): Promise<FuzzProperty> {
	return (count) => fc.asyncProperty(CALL, async (given) => count(call(given)));
}
