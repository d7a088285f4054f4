import { type Attributes, finite } from './batchNormalization';
import { addUp, byChannel, channelsOf, rowOf, sizeOf, sumsOf, type Tensors, TOTALS } from './channelSums';
import { registerShaderKernel } from './shader';

/** The gradient behind a ReLU whose input was z: passes where 0 < z < highest. */
const BEHIND = `
	fn behind(gradient : f32, z : f32) -> f32 {
		return select(gradient, 0.0, uniforms.highest > 0.0 && !(z > 0.0 && z < uniforms.highest));
	}`;

const GRADIENT_SUMS = `${BEHIND}
${sumsOf(
	'vec2<f32>(1.0, x[at] - mean[channel]) * behind(dy[at], x[at] * factor + bias)',
	`let factor = scale[channel] / sqrt(variance[channel] + uniforms.epsilon);
			let bias = shift[channel] - mean[channel] * factor;`,
)}`;

/**
 * Writes the gradients of scale and offset, the factor and offset of the forward pass, and the line in x that mean and
 * variance add in training (Ioffe and Szegedy 2015): constant + slope x.
 */
const GRADIENT_LINE = {
	name: 'batch normalization gradient line',
	count: 6,
	code: `${TOTALS}
	fn main(index : i32) {
		let channels = uniforms.channels;
		if (index >= channels) { return; }
		let sum = total(index);
		let inverse = 1.0 / sqrt(variance[index] + uniforms.epsilon);
		let factor = scale[index] * inverse;
		let rows = f32(uniforms.rows);
		let tilt = -factor * inverse * inverse * sum.y / rows;
		let isTraining = uniforms.training == 1;
		result[index] = sum.y * inverse;
		result[channels + index] = sum.x;
		result[2 * channels + index] = factor;
		result[3 * channels + index] = shift[index] - mean[index] * factor;
		result[4 * channels + index] = select(0.0, -factor * sum.x / rows - tilt * mean[index], isTraining);
		result[5 * channels + index] = select(0.0, tilt, isTraining);
	}`,
};

const INPUT_GRADIENT = `${BEHIND}
fn main(index : i32) {
	let channels = uniforms.lineShape.y;
	if (index >= uniforms.values) { return; }
	let channel = index % channels;
	let factor = line[2 * channels + channel];
	let z = x[index] * factor + line[3 * channels + channel];
	result[index] = factor * behind(dy[index], z) + line[4 * channels + channel] + line[5 * channels + channel] * x[index];
}`;

registerShaderKernel<Tensors<'dy' | 'x' | 'scale' | 'offset' | 'mean' | 'variance'>, Attributes>(
	'NativeBatchNormalizationGradient',
	({ inputs: { offset, ...inputs }, attributes, run, dispose }) => {
		const { dy, x, scale, mean, variance } = inputs;
		const [channels, size] = [channelsOf(x), sizeOf(x)];
		const { epsilon } = attributes;
		const [training, highest] = [Number(attributes.training), finite(attributes.highest)];
		const all = { ...inputs, shift: offset };
		const sums = addUp(run, 'batch normalization gradient sums', GRADIENT_SUMS, all, { epsilon, highest });
		const numbers = { channels, rows: size / channels, groups: sums.shape[0], training, epsilon };
		const line = byChannel(run, GRADIENT_LINE, { sums, scale, shift: offset, mean, variance }, numbers);
		const shader = { name: 'batch normalization gradient', inputs: ['dy', 'x', 'line'], code: INPUT_GRADIENT };
		const dx = run(
			{ ...shader, group: [128, 1], integers: ['values'], floats: ['highest'] },
			{ inputs: [dy, x, line], outputShape: x.shape, size, numbers: { values: size, highest } },
		);
		const [dScale, dOffset] = [0, 1].map((row) => rowOf(run, line, row));
		dispose(sums, line);
		return [dx, dScale, dOffset];
	},
);

const FROZEN_GRADIENT = `${BEHIND}
fn main(index : i32) {
	if (index >= uniforms.values) { return; }
	let channel = index % uniforms.scaleShape;
	// The output shows where the ReLU passes.
	result[index] = behind(dy[index], y[index]) * scale[channel] / sqrt(variance[channel] + uniforms.epsilon);
}`;

registerShaderKernel<Tensors<'dy' | 'y' | 'scale' | 'variance'>, Attributes>(
	'NativeFrozenBatchNormalizationGradient',
	({ inputs: { dy, y, scale, variance }, attributes: { epsilon, highest }, run }) => {
		const shader = { name: 'frozen batch normalization gradient', group: [128, 1], code: FROZEN_GRADIENT } as const;
		const names = { inputs: ['dy', 'y', 'scale', 'variance'], integers: ['values'], floats: ['epsilon', 'highest'] };
		const size = sizeOf(y);
		return run(
			{ ...shader, ...names },
			{
				inputs: [dy, y, scale, variance],
				outputShape: y.shape,
				size,
				numbers: { values: size, highest: finite(highest), epsilon },
			},
		);
	},
);
