import { registerNativeKernel, runKernel } from './native';
import { isNative, tf } from './tf';

const FORWARD = 'NativeBatchNormalization';
const BACKWARD = 'NativeBatchNormalizationGradient';

interface Attributes {
	readonly epsilon: number;
	/** True: normalise by the batch's statistics. False: by the moving ones. */
	readonly training: boolean;
	/** What part of the moving statistics a batch replaces, 1 - momentum. */
	readonly updateFraction: number;
}

type Forward = Record<'x' | 'scale' | 'offset' | 'movingMean' | 'movingVariance', tf.Tensor>;
type Backward = Record<'dy' | 'x' | 'scale' | 'reserve1' | 'reserve2' | 'reserve3', tf.Tensor>;

registerNativeKernel<Forward, Attributes>(FORWARD, (op, inputs, { epsilon, training, updateFraction }) =>
	op(
		'FusedBatchNormV3',
		[inputs.x, inputs.scale, inputs.offset, inputs.movingMean, inputs.movingVariance],
		{
			T: { type: 'float32' },
			U: { type: 'float32' },
			epsilon,
			exponential_avg_factor: training ? updateFraction : 1,
			data_format: 'NHWC',
			is_training: training,
		},
		6,
	),
);

registerNativeKernel<Backward, Attributes>(BACKWARD, (op, inputs, { epsilon, training }) =>
	op(
		'FusedBatchNormGradV3',
		[inputs.dy, inputs.x, inputs.scale, inputs.reserve1, inputs.reserve2, inputs.reserve3],
		{ T: { type: 'float32' }, U: { type: 'float32' }, epsilon, data_format: 'NHWC', is_training: training },
		5,
	).slice(0, 3),
);

tf.registerGradient({
	kernelName: FORWARD,
	inputsToSave: ['x', 'scale', 'movingMean', 'movingVariance'],
	outputsToSave: [false, false, false, true, true, true],
	gradFunc: (dy, saved, attributes) => {
		const { training } = attributes as unknown as Attributes;
		const [x, scale, movingMean, movingVariance, batchMean, batchVariance, reserve3] = saved;
		// The kernel gives all gradients at once, and tfjs runs each input's function in a tidy of its own: so it runs here.
		const [dx, dScale, dOffset] = runKernel(
			BACKWARD,
			{
				dy: Array.isArray(dy) ? dy[0] : dy,
				x,
				scale,
				reserve1: training ? batchMean : movingMean,
				reserve2: training ? batchVariance : movingVariance,
				reserve3,
			},
			attributes,
		);
		return {
			x: () => dx,
			scale: () => dScale,
			offset: () => dOffset,
			movingMean: () => tf.zerosLike(movingMean),
			movingVariance: () => tf.zerosLike(movingVariance),
		};
	},
});

/** The part of tfjs's own layer that is used here: its class is not exported, so it is described. */
interface StockBatchNormalization extends tf.layers.Layer {
	readonly axis: number;
	readonly momentum: number;
	readonly epsilon: number;
	readonly gamma?: tf.LayerVariable;
	readonly beta?: tf.LayerVariable;
	readonly movingMean: tf.LayerVariable;
	readonly movingVariance: tf.LayerVariable;
	readonly trainable: boolean;
}
type LayerConfig = Parameters<typeof tf.layers.batchNormalization>[0];

const Stock = tf.layers.batchNormalization().constructor as new (config: LayerConfig) => StockBatchNormalization;

/**
 * tfjs's batch normalisation on TensorFlow's fused kernels; saved models name the stock layer and load anywhere.
 * As in Keras, a layer whose `trainable` is false normalises by its moving statistics also in training, and leaves
 * them as they are.
 */
class BatchNormalization extends Stock {
	override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor | tf.Tensor[] {
		const x = Array.isArray(inputs) ? inputs[0] : inputs;
		const training = Boolean(kwargs.training) && this.trainable;
		const { gamma, beta } = this;
		const fits = x.rank === 4 && (this.axis === -1 || this.axis === 3);
		if (!isNative() || !fits || !gamma || !beta) return super.call(inputs, { ...kwargs, training });
		return tf.tidy(() => this.normalize(x, gamma.read(), beta.read(), training));
	}

	private normalize(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, training: boolean): tf.Tensor {
		const attributes = { epsilon: this.epsilon, training, updateFraction: 1 - this.momentum };
		const movingMean = this.movingMean.read();
		const movingVariance = this.movingVariance.read();
		if (!training) return runKernel(FORWARD, { x, scale, offset, movingMean, movingVariance }, attributes)[0];
		// The kernel mixes an unbiased batch variance into the moving one; Keras a biased one. Scaling before and after
		// gives Keras's value: the kernel is linear in both.
		const values = x.size / x.shape[3 as number];
		const unbiased = values > 1 ? values / (values - 1) : 1;
		const scaledVariance = tf.mul(movingVariance, unbiased);
		const inputs = { x, scale, offset, movingMean, movingVariance: scaledVariance };
		const [y, mean, variance] = runKernel(FORWARD, inputs, attributes);
		this.movingMean.write(mean);
		this.movingVariance.write(tf.mul(variance, 1 / unbiased));
		return y;
	}
}

/** Makes a batch normalisation layer; the same options and saved form as `tf.layers.batchNormalization`. */
export function batchNormalization(config: LayerConfig = {}): tf.layers.Layer {
	return new BatchNormalization(config);
}
