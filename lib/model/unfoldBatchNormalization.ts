import { DataError } from '../errors';
import { tf } from '../tensorflow/tf';

/**
 * Gives a network the weights of a copy of it whose batch normalization is folded: the reverse of `foldBatchNormalization`.
 * A convolution gets the folded kernel; its normalization the folded bias as offset, and otherwise changes nothing.
 * @param folded The copy, as `classifierOf` returns it for an exported model.
 * @param model The network, whose layers have the same names.
 * @throws {DataError} If a layer of `model` has no counterpart.
 */
export function unfoldBatchNormalization(folded: tf.LayersModel, model: tf.LayersModel): void {
	const sources = new Map(folded.layers.map((layer) => [layer.name, layer.getWeights()]));
	const unfolded = new Set<string>();
	tf.tidy(() => {
		for (const layer of model.layers) {
			const weights = sources.get(layer.name);
			if (!weights && layer.weights.length > 0 && !unfolded.has(layer.name)) {
				throw new DataError(`a layer ${layer.name}`, 'the exported model', 'none', 'Use a model of the same backbone.');
			}
			if (!weights || weights.length === 0) continue;
			const [kernel, bias] = weights;
			if (weights.length === layer.weights.length) {
				layer.setWeights(weights);
				continue;
			}
			layer.setWeights([kernel]);
			const normalization = layer.outboundNodes[0].outboundLayer;
			const { epsilon } = normalization.getConfig() as { epsilon: number };
			// The variance that makes 1 with epsilon: the normalization then adds the bias only.
			const [ones, zeros] = [tf.onesLike(bias), tf.zerosLike(bias)];
			normalization.setWeights([ones, bias, zeros, tf.sub(ones, epsilon)]);
			unfolded.add(normalization.name);
		}
	});
}
