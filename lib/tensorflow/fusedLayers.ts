import './fusedConvolution';
import { tf } from './tf';

/** What is used here of tfjs's convolution layers. */
interface Convolution extends tf.layers.Layer {
	readonly kernel?: tf.LayerVariable;
	readonly depthwiseKernel?: tf.LayerVariable;
	readonly bias?: tf.LayerVariable | null;
}

/** The part of their config that matters: one that differs from all of these is left to tfjs. */
const PLAIN = { useBias: true, activation: 'linear', dataFormat: 'channelsLast' } as const;

type Relu = 'relu' | 'relu6';

/**
 * Lets each convolution of a model do the ReLU or ReLU6 behind it in the same op; the ReLU layer then passes on what it
 * gets. Nothing else changes: the layers stay tfjs's own, and are saved as such.
 * @param model Its convolutions have their bias, as `foldBatchNormalization` leaves them; models inside of it follow.
 */
export function fuseRelus(model: tf.LayersModel): void {
	const outputs = new Set(model.outputs.map(({ sourceLayer }) => sourceLayer));
	for (const layer of model.layers) {
		if (layer instanceof tf.LayersModel) fuseRelus(layer);
		if (!isPlainConvolution(layer)) continue;
		const [reader, another] = layer.outboundNodes.map(({ outboundLayer }) => outboundLayer);
		const relu = reader && !another && !outputs.has(layer) ? reluOf(reader) : undefined;
		layer.call = fusedCall(layer, relu ?? 'linear');
		if (relu) reader.call = oneOf;
	}
}

function isPlainConvolution(layer: tf.layers.Layer): boolean {
	if (layer.getClassName() !== 'Conv2D' && layer.getClassName() !== 'DepthwiseConv2D') return false;
	const config = layer.getConfig();
	const isDilated = [config.dilationRate].flat().some((rate) => rate !== 1);
	return !isDilated && Object.entries(PLAIN).every(([name, value]) => config[name] === value);
}

/** Which ReLU a layer is, if it is one that TensorFlow fuses. */
function reluOf(layer: tf.layers.Layer): Relu | undefined {
	if (layer.getClassName() !== 'ReLU') return undefined;
	const { maxValue } = layer.getConfig();
	if (maxValue === 6) return 'relu6';
	return maxValue === null || maxValue === undefined ? 'relu' : undefined;
}

/** What a convolution layer does, its activation included. */
function fusedCall(layer: Convolution, activation: Relu | 'linear'): tf.layers.Layer['call'] {
	const { strides, padding } = layer.getConfig() as { strides: [number, number]; padding: 'same' | 'valid' };
	return (inputs) => {
		const options = { x: oneOf(inputs) as tf.Tensor4D, strides, pad: padding, bias: layer.bias?.read(), activation };
		if (layer.kernel) return tf.fused.conv2d({ ...options, filter: layer.kernel.read() as tf.Tensor4D });
		return tf.fused.depthwiseConv2d({ ...options, filter: layer.depthwiseKernel?.read() as tf.Tensor4D });
	};
}

function oneOf(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
	return Array.isArray(inputs) ? inputs[0] : inputs;
}
