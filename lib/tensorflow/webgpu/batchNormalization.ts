import type { tf } from '../tf';
import { addUp, byChannel, channelsOf, rowOf, sizeOf, sumsOf, type Tensors, TOTALS } from './channelSums';
import { type RunShader, registerShaderKernel } from './shader';

// The forward kernels of batchNormalization.ts for graphics cards: the sums of native/batchNormalization.cc, in float32.

/** Of all kernels of batch normalization; `update_fraction` is what a batch replaces of the moving statistics,
 * `highest` the upper limit of the ReLU, 0 for none. */
export type Attributes = Readonly<
	Record<'epsilon' | 'update_fraction' | 'highest', number> & Record<'training', boolean>
>;

/** The largest float for infinity, which WGSL does not have. */
export const finite = (highest: number) => Math.min(highest, 3.4028234663852886e38);

/** Writes mean, variance, next mean, next variance, and the factor and offset of y = x factor + offset. */
const LINE = {
	name: 'batch normalization line',
	count: 6,
	code: `${TOTALS}
	fn main(index : i32) {
		let channels = uniforms.channels;
		if (index >= channels) { return; }
		var mean = movingMean[index];
		var variance = movingVariance[index];
		var fraction = 0.0;
		if (uniforms.training == 1) {
			// Around the first row: the plain mean of squares loses digits if the mean is large.
			let moments = total(index) / f32(uniforms.rows);
			mean = moments.x + x[index];
			variance = max(0.0, moments.y - moments.x * moments.x);
			fraction = uniforms.fraction;
		}
		let factor = scale[index] / sqrt(variance + uniforms.epsilon);
		result[index] = mean;
		result[channels + index] = variance;
		result[2 * channels + index] = movingMean[index] + (mean - movingMean[index]) * fraction;
		result[3 * channels + index] = movingVariance[index] + (variance - movingVariance[index]) * fraction;
		result[4 * channels + index] = factor;
		result[5 * channels + index] = shift[index] - mean * factor;
	}`,
};

const MOMENTS = sumsOf('vec2<f32>(x[at] - around, (x[at] - around) * (x[at] - around))', 'let around = x[channel];');

const APPLY = `fn main(index : i32) {
	let channels = uniforms.lineShape.y;
	if (index >= uniforms.values) { return; }
	let channel = index % channels;
	let y = x[index] * line[4 * channels + channel] + line[5 * channels + channel];
	// Not clamp, which may make a number of NaN.
	result[index] = select(y, select(select(y, 0.0, y < 0.0), uniforms.highest, y > uniforms.highest), uniforms.highest > 0.0);
}`;

type ForwardInputs = Tensors<'x' | 'scale' | 'offset' | 'movingMean' | 'movingVariance'>;

/** Returns y and the table of `LINE`. */
function forward(run: RunShader, { offset, ...inputs }: ForwardInputs, attributes: Attributes, dispose: Dispose) {
	const { x } = inputs;
	const training = attributes.training && sizeOf(x) > 0;
	const channels = channelsOf(x);
	// Only their number matters where no sums are needed.
	const sums = training ? addUp(run, 'batch normalization moments', MOMENTS, { x }) : inputs.movingMean;
	const numbers = {
		...{ channels, rows: sizeOf(x) / channels, groups: sums.shape[0], training: Number(training) },
		...{ epsilon: attributes.epsilon, fraction: attributes.update_fraction },
	};
	// WebGPU refuses a buffer without bytes.
	const rows = sizeOf(x) > 0 ? inputs : { ...inputs, x: inputs.movingMean };
	const line = byChannel(run, LINE, { sums, shift: offset, ...rows }, numbers);
	if (training) dispose(sums);
	const highest = finite(attributes.highest);
	const shader = { name: 'batch normalization', inputs: ['x', 'line'], group: [128, 1], code: APPLY } as const;
	const size = sizeOf(x);
	const y = run(
		{ ...shader, integers: ['values'], floats: ['highest'] },
		{ inputs: [x, line], outputShape: x.shape, size, numbers: { values: size, highest } },
	);
	return { y, line };
}

type Dispose = (...tensors: readonly tf.TensorInfo[]) => void;

registerShaderKernel<ForwardInputs, Attributes>('NativeBatchNormalization', ({ inputs, attributes, run, dispose }) => {
	const { y, line } = forward(run, inputs, attributes, dispose);
	const statistics = [0, 1, 2, 3].map((row) => rowOf(run, line, row));
	dispose(line);
	return [y, ...statistics];
});

registerShaderKernel<ForwardInputs, Attributes>(
	'NativeFrozenBatchNormalization',
	({ inputs, attributes, run, dispose }) => {
		const { y, line } = forward(run, inputs, attributes, dispose);
		dispose(line);
		return y;
	},
);
