import { Float16Array } from '@petamoriken/float16';
import { DataError } from '../../errors';

/** Bits of each weight of the exported network. */
export type Bits = 8 | 16 | 32;

/** The weights of a kernel in some number of bits, in row-major order. */
export type EncodedKernel =
	| { readonly bits: 32; readonly values: Float32Array }
	| { readonly bits: 16; readonly values: Uint16Array }
	/** Weight = value x scale of its output channel. */
	| { readonly bits: 8; readonly values: Int8Array; readonly scales: Float32Array };

interface Kernel {
	/** For messages. */
	readonly name: string;
	readonly shape: readonly number[];
	readonly values: Float32Array;
	/** The axis of the output channels. */
	readonly channelAxis: number;
}

/**
 * Encodes a kernel. In 8 bits, each output channel has its own scale, and zero stays zero (Krishnamoorthi 2018,
 * arXiv:1806.08342, section 3).
 * @throws {DataError} If a weight is not finite, or exceeds the range of 16 bits (65,504) and these are asked for.
 */
export function encodeKernel(kernel: Kernel, bits: Bits): EncodedKernel {
	const { name, values } = kernel;
	const most = bits === 16 ? 65504 : Number.MAX_VALUE;
	const wrong = values.find((value) => !(Math.abs(value) <= most));
	if (wrong !== undefined) {
		const expected = bits === 16 ? 'weights of at most 65,504' : 'finite weights';
		throw new DataError(expected, `the layer ${name}`, String(wrong), 'Export another model, or with --bits 32.');
	}
	if (bits === 32) return { bits, values };
	if (bits === 16) return { bits, values: new Uint16Array(new Float16Array(values).buffer) };
	return { bits, ...inSteps(kernel) };
}

function inSteps({ shape, values, channelAxis }: Kernel): { values: Int8Array; scales: Float32Array } {
	const channels = shape[channelAxis];
	const inner = shape.slice(channelAxis + 1).reduce((product, side) => product * side, 1);
	const channelOf = (place: number) => Math.floor(place / inner) % channels;
	const scales = new Float32Array(channels);
	for (const [i, value] of values.entries()) scales[channelOf(i)] = Math.max(scales[channelOf(i)], Math.abs(value));
	// A channel of only zeros has no range.
	for (const [channel, greatest] of scales.entries()) scales[channel] = greatest / 127 || 1;
	return { values: Int8Array.from(values, (value, i) => Math.round(value / scales[channelOf(i)])), scales };
}
