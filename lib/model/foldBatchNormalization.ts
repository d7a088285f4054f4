import { fuseRelus } from '../tensorflow/fusedLayers';
import { tf } from '../tensorflow/tf';

type ModelJson = Parameters<typeof tf.models.modelFromJSON>[0];

/** What is used here of a model's JSON, in the form of Keras. */
interface Topology {
	readonly config: { layers: LayerEntry[]; output_layers: Reference[] };
}
/** Layer, node, output; the call's own arguments in inbound nodes. */
type Reference = [string, number, number, ...object[]];
interface LayerEntry {
	readonly name: string;
	readonly class_name: string;
	readonly config: { use_bias?: boolean; epsilon?: number; activation?: string; [initializer: string]: unknown };
	readonly inbound_nodes: Reference[][];
}

const ZEROS = { class_name: 'Zeros', config: {} };

/**
 * Makes the model for use from one that was trained: the same function with fewer layers. Each batch normalisation behind
 * a convolution without bias goes into its weights (Jacob et al. 2018, arXiv:1712.05877, section 3.2), and dropout goes.
 * @param model A functional model of stock layers, each called once; it keeps its weights.
 * @returns A model of its own, of tfjs's stock layers; for inference only.
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
		// All weights are set below: drawing random ones first would take longer than everything else.
		for (const name of Object.keys(config)) if (name.endsWith('_initializer')) config[name] = ZEROS;
	}
	const folded = await tf.models.modelFromJSON(topology as unknown as ModelJson);
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

/** The convolution that only this batch normalisation reads, if it has no bias or activation of its own. */
function convolutionBefore({ config }: Topology, { inbound_nodes }: LayerEntry): LayerEntry | undefined {
	const name = inbound_nodes[0][0][0];
	const layer = config.layers.find((each) => each.name === name);
	const readers = config.layers.filter((each) => each.inbound_nodes.flat().some(([from]) => from === name));
	const outputs = config.output_layers.filter(([from]) => from === name);
	if (!layer || readers.length !== 1 || outputs.length > 0) return undefined;
	const isConvolution = layer.class_name === 'Conv2D' || layer.class_name === 'DepthwiseConv2D';
	const isLinear = layer.config.activation === 'linear' && layer.config.use_bias === false;
	return isConvolution && isLinear ? layer : undefined;
}

/** Takes a layer of one input out: what read it reads its input. */
function bypass({ config }: Topology, removed: LayerEntry): void {
	const [name, node, output] = removed.inbound_nodes[0][0];
	const redirect = (reference: Reference) => {
		if (reference[0] === removed.name) reference.splice(0, 3, name, node, output);
	};
	config.layers = config.layers.filter((layer) => layer !== removed);
	config.layers.flatMap((layer) => layer.inbound_nodes.flat()).forEach(redirect);
	config.output_layers.forEach(redirect);
}

/** y = scale (W x - mean) / deviation + offset as a convolution with bias. */
function foldWeights(kernel: tf.Tensor, layer: tf.layers.Layer, normalization: tf.layers.Layer): tf.Tensor[] {
	const { epsilon } = normalization.getConfig() as { epsilon: number };
	const [scale, offset, mean, variance] = normalization.getWeights();
	const factor = tf.div(scale, tf.sqrt(tf.add(variance, epsilon)));
	const perChannel = layer.getClassName() === 'DepthwiseConv2D' ? factor.reshape([1, 1, -1, 1]) : factor;
	return [tf.mul(kernel, perChannel), tf.sub(offset, tf.mul(mean, factor))];
}
