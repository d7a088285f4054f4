import type { tf } from '../tf';
import type { RunShader } from './shader';

/** Threads of a group in the sums: channels, which lie side by side in memory, by rows. */
const GROUP = [32, 8] as const;
/** Rows that a group adds up, and the most groups along the rows. */
const ROWS = 128;
const MOST_GROUPS = 256;

export type Tensors<Names extends string> = Readonly<Record<Names, tf.TensorInfo>>;

/** The last axis. */
export const channelsOf = ({ shape }: tf.TensorInfo) => shape[shape.length - 1];
export const sizeOf = ({ shape }: tf.TensorInfo) => shape.reduce((product, side) => product * side, 1);

/** Code that adds up `value`, a `vec2<f32>` of each row and channel, in groups of rows: to `[groups, 2, channels]`. */
export const sumsOf = (value: string, before = '') => `
	var<workgroup> partial : array<vec2<f32>, ${GROUP[0] * GROUP[1]}>;

	fn main() {
		let channel = i32(globalId.x);
		let channels = uniforms.channels;
		let first = i32(workgroupId.y) * uniforms.rowsEach;
		let last = min(first + uniforms.rowsEach, uniforms.rows);
		var sum = vec2<f32>(0.0);
		if (channel < channels) {
			${before}
			for (var row = first + i32(localId.y); row < last; row += ${GROUP[1]}) {
				let at = row * channels + channel;
				sum += ${value};
			}
		}
		partial[localIndex] = sum;
		workgroupBarrier();
		for (var half = ${GROUP[1] / 2}u; half > 0u; half >>= 1u) {
			if (localId.y < half) {
				partial[localIndex] += partial[localIndex + half * ${GROUP[0]}u];
			}
			workgroupBarrier();
		}
		if (localId.y == 0u && channel < channels) {
			let to = 2 * i32(workgroupId.y) * channels + channel;
			result[to] = partial[localIndex].x;
			result[to + channels] = partial[localIndex].y;
		}
	}`;

/** Code of a thread for each channel that adds up what groups have added up. */
export const TOTALS = `
	fn total(channel : i32) -> vec2<f32> {
		var sum = vec2<f32>(0.0);
		for (var at = channel; at < uniforms.groups * 2 * uniforms.channels; at += 2 * uniforms.channels) {
			sum += vec2<f32>(sums[at], sums[at + uniforms.channels]);
		}
		return sum;
	}`;

/** Adds up in groups; returns the groups' sums. */
export function addUp(
	run: RunShader,
	name: string,
	code: string,
	tensors: Tensors<string>,
	numbers = {},
): tf.TensorInfo {
	const [channels, size] = [channelsOf(tensors.x), sizeOf(tensors.x)];
	const rows = size / channels;
	const groups = Math.min(MOST_GROUPS, Math.ceil(rows / ROWS));
	const shader = { name, inputs: Object.keys(tensors), group: GROUP, code };
	return run(
		{ ...shader, integers: ['channels', 'rows', 'rowsEach'], floats: ['epsilon', 'highest'] },
		{
			inputs: Object.values(tensors),
			outputShape: [groups, 2, channels],
			size: [Math.ceil(channels / GROUP[0]), groups],
			numbers: { channels, rows, rowsEach: Math.ceil(rows / groups), ...numbers },
		},
	);
}

/** Runs a thread for each channel, which writes `count` numbers: `[count, channels]`. */
export function byChannel(
	run: RunShader,
	{ name, count, code }: { name: string; count: number; code: string },
	tensors: Tensors<string>,
	numbers: Record<string, number>,
): tf.TensorInfo {
	const inputs = Object.keys(tensors);
	const integers = ['channels', 'rows', 'groups', 'training'];
	return run(
		{ name, inputs, group: [64, 1], integers, floats: ['epsilon', 'fraction'], code },
		{ inputs: Object.values(tensors), outputShape: [count, numbers.channels], size: numbers.channels, numbers },
	);
}

/** Takes a row out of `[rows, channels]`. */
export function rowOf(run: RunShader, table: tf.TensorInfo, row: number): tf.TensorInfo {
	const channels = channelsOf(table);
	const code = `fn main(index : i32) {
		if (index < uniforms.tableShape.y) { result[index] = table[uniforms.row * uniforms.tableShape.y + index]; }
	}`;
	const shader = { name: 'row', inputs: ['table'], group: [64, 1], integers: ['row'], code } as const;
	return run(shader, { inputs: [table], outputShape: [channels], size: channels, numbers: { row } });
}
