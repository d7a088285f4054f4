import * as tf from '@tensorflow/tfjs';

/** The part of the config of tfjs's convolution layers that is used here. */
interface ConvolutionConfig {
	readonly strides: [number, number];
	readonly padding: 'same' | 'valid';
	readonly dataFormat: string;
	readonly dilationRate: number | [number, number];
	readonly activation: string;
}

/**
 * Prepares a model to run each convolution and its bias as two ops, with the same result. The gradient of tfjs's fused op
 * always includes that of the filter: twice the work, and wasm has no such kernel.
 * @returns A function that runs work in this way.
 */
export function unfusedConvolutions(model: tf.LayersModel): <T>(work: () => T) => T {
	let isUnfused = false;
	for (const layer of model.layers) {
		const config = layer.getConfig() as unknown as ConvolutionConfig;
		const isPlain = config.activation === 'linear' && config.dataFormat === 'channelsLast';
		if (layer.getClassName() !== 'Conv2D' || !isPlain) continue;
		const fused = layer.call.bind(layer);
		layer.call = (inputs, options) => (isUnfused ? convolve(layer, config, inputs) : fused(inputs, options));
	}
	return (work) => {
		isUnfused = true;
		try {
			return work();
		} finally {
			isUnfused = false;
		}
	};
}

function convolve(
	layer: tf.layers.Layer,
	{ strides, padding, dilationRate }: ConvolutionConfig,
	inputs: tf.Tensor | tf.Tensor[],
): tf.Tensor {
	const [kernel, bias] = layer.getWeights();
	const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D;
	const output = tf.conv2d(x, kernel as tf.Tensor4D, strides, padding, 'NHWC', dilationRate);
	return bias ? tf.add(output, bias) : output;
}
