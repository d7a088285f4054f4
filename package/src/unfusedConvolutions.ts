import * as tf from '@tensorflow/tfjs';

/** What is used here of the config of tfjs's convolution layers. */
interface ConvolutionConfig {
	readonly strides: [number, number];
	readonly padding: 'same' | 'valid';
	readonly dataFormat: string;
	readonly dilationRate: number | [number, number];
	readonly activation: string;
}

/**
 * Lets a model's convolutions be taken apart for a while: each and its bias as two ops, with the same result. tfjs's fused op
 * gives, with the gradient for the image, always that for the filter: twice the work, and wasm has no such kernel.
 * @returns Runs work so.
 */
export function unfusedConvolutions(model: tf.LayersModel): <T>(work: () => T) => T {
	let isApart = false;
	for (const layer of model.layers) {
		const config = layer.getConfig() as unknown as ConvolutionConfig;
		const isPlain = config.activation === 'linear' && config.dataFormat === 'channelsLast';
		if (layer.getClassName() !== 'Conv2D' || !isPlain) continue;
		const fused = layer.call.bind(layer);
		layer.call = (inputs, options) => (isApart ? convolve(layer, config, inputs) : fused(inputs, options));
	}
	return (work) => {
		isApart = true;
		try {
			return work();
		} finally {
			isApart = false;
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
