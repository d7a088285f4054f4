import { invalidArgument } from '../../lib/errors.js';

/** Lists of numbers that hold the pixels of an image, 0 to 255. */
export type PixelValues =
	| Uint8Array
	| Uint8ClampedArray
	| Int16Array
	| Uint16Array
	| Int32Array
	| Uint32Array
	| Float32Array
	| Float64Array
	| readonly number[];

/**
 * A tensor of tfjs that holds an image: `[height, width, channels]` or a batch of one, 0 to 255. These are the members that
 * are used: tfjs's own types need those of the DOM.
 */
export interface PixelTensor {
	readonly shape: readonly number[];
	readonly dtype: string;
	readonly isDisposed: boolean;
	data(): Promise<unknown>;
}

/** Checks whether a value is a tensor, of any copy of tfjs. */
export function isTensor(value: unknown): value is PixelTensor {
	const { shape, dtype, data } = (value ?? {}) as Partial<PixelTensor>;
	return Array.isArray(shape) && typeof dtype === 'string' && typeof data === 'function';
}

/**
 * Reads the pixels of a tensor.
 * @throws {TypeError | RangeError} If it is not an image from 0 to 255, or is disposed.
 */
export async function tensorPixels(tensor: PixelTensor) {
	const { shape, dtype, isDisposed } = tensor;
	const [height, width, channels, ...others] = shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape;
	if (others.length > 0 || ![1, 3, 4].includes(channels)) {
		const expected = 'a tensor [height, width, 1, 3 or 4 channels], or a batch of one,';
		throw invalidArgument('image', expected, `the shape [${shape.join(', ')}]`);
	}
	if (dtype !== 'float32' && dtype !== 'int32') throw invalidArgument('image', 'a tensor of numbers', dtype);
	if (isDisposed) throw invalidArgument('image', 'a tensor with values', 'one that was disposed');
	return { pixels: pixelBytes(await tensor.data()), width, height, channels };
}

const LISTS = /^(Array|(Int16|Uint16|Int32|Uint32|Float16|Float32|Float64)Array)$/;

/**
 * Returns pixels as bytes.
 * @throws {TypeError | RangeError} If they are not numbers from 0 to 255.
 */
export function pixelBytes(values: unknown): Uint8Array | Uint8ClampedArray {
	// By name, since each page and test runner has classes of its own.
	const kind = Object.prototype.toString.call(values).slice(8, -1);
	if (kind === 'Uint8Array' || kind === 'Uint8ClampedArray') return values as Uint8Array;
	if (!LISTS.test(kind)) throw new TypeError(invalidArgument('pixels', 'a list of numbers', values).message);
	const numbers = values as ArrayLike<number>;
	let [greatest, areIntegers] = [0, !kind.startsWith('Float')];
	for (let i = 0; i < numbers.length; i++) {
		const value = numbers[i];
		if (!(typeof value === 'number' && value >= 0 && value <= 255)) {
			throw invalidArgument('pixels', 'values from 0 to 255', value);
		}
		greatest = Math.max(greatest, value);
		areIntegers &&= Number.isInteger(value);
	}
	if (!areIntegers && greatest > 0 && greatest <= 1) {
		throw invalidArgument('pixels', 'values from 0 to 255', `values from 0 to ${greatest}`, 'Multiply them by 255.');
	}
	return Uint8ClampedArray.from(numbers);
}

const ENCODED = /^(\xff\xd8\xff|\x89PNG|GIF8|RIFF|BM)/;

/** What to do about bytes that do not have the number of an image's pixels. */
export function countRemedy(bytes: Uint8Array | Uint8ClampedArray): string {
	const start = String.fromCharCode(...bytes.subarray(0, 4));
	if (ENCODED.test(start)) return 'Decode the image first, for example with sharp.';
	return 'Pass height x width x channels values.';
}
