import './fusedConvolution';
import { firstOf, tf } from './tf';

/** The members of tfjs's convolution layers used here. */
interface Convolution extends tf.layers.Layer {
	readonly kernel?: tf.LayerVariable;
	readonly depthwiseKernel?: tf.LayerVariable;
	readonly bias?: tf.LayerVariable | null;
}

/** The config of a convolution that can be fused. */
const PLAIN = { useBias: true, activation: 'linear', dataFormat: 'channelsLast' } as const;

type Activation = 'linear' | 'relu' | 'relu6';

/**
 * Fuses each convolution of a model with the ReLU or ReLU6 after it; the ReLU layer then passes its input on. The layers
 * stay tfjs's own and are saved as such.
 * @param model Its convolutions have a bias, as after `foldBatchNormalization`; nested models are fused too.
 */
export function fuseRelus(model: tf.LayersModel): void {
	const outputs = new Set(model.outputs.map(({ sourceLayer }) => sourceLayer));
	for (const layer of model.layers) {
		if (layer instanceof tf.LayersModel) fuseRelus(layer);
		if (!isPlainConvolution(layer)) continue;
		const [reader, another] = layer.outboundNodes.map(({ outboundLayer }) => outboundLayer);
		const relu = reader && !another && !outputs.has(layer) ? reluOf(reader) : undefined;
		layer.call = fusedCall(layer, relu ?? 'linear');
		if (relu) reader.call = firstOf;
	}
}

function isPlainConvolution(layer: tf.layers.Layer): boolean {
	if (layer.getClassName() !== 'Conv2D' && layer.getClassName() !== 'DepthwiseConv2D') return false;
	const config = layer.getConfig();
	const isDilated = [config.dilationRate].flat().some((rate) => rate !== 1);
	return !isDilated && Object.entries(PLAIN).every(([name, value]) => config[name] === value);
}

/** Returns which ReLU a layer is, if TensorFlow can fuse it. */
function reluOf(layer: tf.layers.Layer): Activation | undefined {
	if (layer.getClassName() !== 'ReLU') return undefined;
	const { maxValue } = layer.getConfig();
	if (maxValue === 6) return 'relu6';
	return maxValue === null || maxValue === undefined ? 'relu' : undefined;
}

/** Returns the `call` of a convolution layer with its activation. */
function fusedCall(layer: Convolution, activation: Activation): tf.layers.Layer['call'] {
	const { strides, padding } = layer.getConfig() as { strides: [number, number]; padding: 'same' | 'valid' };
	return (inputs) => {
		const options = { x: firstOf(inputs) as tf.Tensor4D, strides, pad: padding, bias: layer.bias?.read(), activation };
		if (layer.kernel) return tf.fused.conv2d({ ...options, filter: layer.kernel.read() as tf.Tensor4D });
		return tf.fused.depthwiseConv2d({ ...options, filter: layer.depthwiseKernel?.read() as tf.Tensor4D });
	};
}
