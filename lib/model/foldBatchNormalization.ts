import { DataError } from '../errors';
import { fuseRelus } from '../tensorflow/fusedLayers';
import { tf } from '../tensorflow/tf';

/** The part of a model's JSON, in Keras's form, that is used here. */
interface Topology {
	readonly config: { layers: LayerEntry[]; output_layers: Reference[] };
}
/** Layer, node, output; in inbound nodes, also the arguments of the call. */
type Reference = [string, number, number, ...object[]];
interface LayerEntry {
	readonly name: string;
	readonly class_name: string;
	readonly config: { use_bias?: boolean; epsilon?: number; activation?: string; [initializer: string]: unknown };
	readonly inbound_nodes: Reference[][];
}

/**
 * Folds batch normalisation into the convolutions before it, and removes dropout (Jacob et al. 2018, arXiv:1712.05877).
 * @param model A functional model of stock layers, each called once; it keeps its weights.
 * @returns A new model of stock layers, for inference only, that computes the same.
 */
export async function foldBatchNormalization(model: tf.LayersModel): Promise<tf.LayersModel> {
	const topology = model.toJSON(null, false) as unknown as Topology;
	const foldedInto = new Map<string, string>();
	for (const layer of [...topology.config.layers]) {
		const before = layer.class_name === 'BatchNormalization' ? convolutionBefore(topology, layer) : undefined;
		if (before) {
			before.config.use_bias = true;
			foldedInto.set(before.name, layer.name);
		}
		if (before || layer.class_name === 'Dropout') bypass(topology, layer);
	}
	for (const { config } of topology.config.layers) {
		// All weights are set below: drawing random ones first would take most of the time.
		for (const name of Object.keys(config)) {
			if (name.endsWith('_initializer')) config[name] = { class_name: 'Zeros', config: {} };
		}
	}
	const folded = await tf.models.modelFromJSON(topology as never);
	tf.tidy(() => {
		for (const layer of folded.layers) {
			const normalization = foldedInto.get(layer.name);
			const weights = model.getLayer(layer.name).getWeights();
			layer.setWeights(normalization ? foldWeights(weights[0], layer, model.getLayer(normalization)) : weights);
		}
	});
	fuseRelus(folded);
	return folded;
}

/** Returns the convolution before a normalisation if it can be folded: linear, without bias, and read by nothing else. */
function convolutionBefore({ config }: Topology, { inbound_nodes }: LayerEntry): LayerEntry | undefined {
	const name = inbound_nodes[0][0][0];
	const reads = ([from]: Reference) => from === name;
	const readers = config.layers.filter((layer) => layer.inbound_nodes.flat().some(reads));
	if (readers.length !== 1 || config.output_layers.some(reads)) return undefined;
	return config.layers.find((layer) => {
		const isConvolution = layer.class_name === 'Conv2D' || layer.class_name === 'DepthwiseConv2D';
		const isLinear = layer.config.activation === 'linear' && layer.config.use_bias === false;
		return layer.name === name && isConvolution && isLinear;
	});
}

/** Removes a layer of one input; the layers that read its output read its input instead. */
function bypass({ config }: Topology, removed: LayerEntry): void {
	const [name, node, output] = removed.inbound_nodes[0][0];
	config.layers = config.layers.filter((layer) => layer !== removed);
	for (const reference of [...config.layers.flatMap((layer) => layer.inbound_nodes.flat()), ...config.output_layers]) {
		if (reference[0] === removed.name) reference.splice(0, 3, name, node, output);
	}
}

/** Folds weights: y = scale (W x - mean) / deviation + offset is a convolution with bias. */
function foldWeights(kernel: tf.Tensor, layer: tf.layers.Layer, normalization: tf.layers.Layer): tf.Tensor[] {
	const { epsilon } = normalization.getConfig() as { epsilon: number };
	const [scale, offset, mean, variance] = normalization.getWeights();
	const factor = tf.div(scale, tf.sqrt(tf.add(variance, epsilon)));
	const perChannel = layer.getClassName() === 'DepthwiseConv2D' ? factor.reshape([1, 1, -1, 1]) : factor;
	return [tf.mul(kernel, perChannel), tf.sub(offset, tf.mul(mean, factor))];
}

/**
 * Copies the weights of a folded network to the network itself. A convolution gets the folded kernel; its normalization
 * the folded bias as offset, and otherwise changes nothing. Throws a DataError if a layer has no counterpart.
 */
export function unfoldBatchNormalization(folded: tf.LayersModel, model: tf.LayersModel): void {
	const sources = new Map(folded.layers.map((layer) => [layer.name, layer.getWeights()]));
	const unfolded = new Set<string>();
	tf.tidy(() => {
		for (const layer of model.layers) {
			if (layer.weights.length === 0 || unfolded.has(layer.name)) continue;
			const weights = sources.get(layer.name);
			if (!weights) {
				throw new DataError(`a layer ${layer.name}`, 'the exported model', 'none', 'Use a model of the same backbone.');
			}
			const [kernel, bias] = weights;
			const isFolded = weights.length > layer.weights.length;
			layer.setWeights(isFolded ? [kernel] : weights);
			if (!isFolded) continue;
			const normalization = layer.outboundNodes[0].outboundLayer;
			const { epsilon } = normalization.getConfig() as { epsilon: number };
			// With epsilon, this variance is 1, so that the normalization only adds the bias.
			const [ones, zeros] = [tf.onesLike(bias), tf.zerosLike(bias)];
			normalization.setWeights([ones, bias, zeros, tf.sub(ones, epsilon)]);
			unfolded.add(normalization.name);
		}
	});
}
