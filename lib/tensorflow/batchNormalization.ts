import { hasOwnOps, registerNativeKernel, runKernel } from './native';
import { tf } from './tf';

const FORWARD = 'NativeBatchNormalization';
const BACKWARD = 'NativeBatchNormalizationGradient';
const FROZEN_FORWARD = 'NativeFrozenBatchNormalization';
const FROZEN_BACKWARD = 'NativeFrozenBatchNormalizationGradient';

interface Attributes {
	readonly epsilon: number;
	/** What part of the moving statistics a batch replaces, 1 - momentum. */
	readonly updateFraction: number;
	/** True: normalise by the batch's statistics. False: by the moving ones. */
	readonly training: boolean;
	/** Whether a ReLU6 follows, in the same pass. */
	readonly relu6: boolean;
}

type Forward = Record<'x' | 'scale' | 'offset' | 'movingMean' | 'movingVariance', tf.Tensor>;
type Backward = Record<'dy' | 'x' | 'scale' | 'offset' | 'mean' | 'variance', tf.Tensor>;

type FrozenBackward = Record<'dy' | 'y' | 'scale' | 'variance', tf.Tensor>;

/** The attributes by the names that native/batchNormalization.cc gives them. */
const nativeAttributes = ({ epsilon, updateFraction, training, relu6 }: Attributes) => ({
	epsilon,
	update_fraction: updateFraction,
	training,
	relu6,
});

registerNativeKernel<Forward, Attributes>(FORWARD, (op, { x, scale, offset, movingMean, movingVariance }, attributes) =>
	op('FerBatchNormalization', [x, scale, offset, movingMean, movingVariance], nativeAttributes(attributes), 5),
);

registerNativeKernel<Backward, Attributes>(BACKWARD, (op, { dy, x, scale, offset, mean, variance }, attributes) =>
	op('FerBatchNormalizationGradient', [dy, x, scale, offset, mean, variance], nativeAttributes(attributes), 3),
);

tf.registerGradient({
	kernelName: FORWARD,
	inputsToSave: ['x', 'scale', 'offset'],
	outputsToSave: [false, true, true, false, false],
	gradFunc: (dy, [x, scale, offset, mean, variance], attributes) => {
		const inputs = { dy: Array.isArray(dy) ? dy[0] : dy, x, scale, offset, mean, variance };
		// The kernel gives all gradients at once, and tfjs runs each input's function in a tidy of its own: so it runs here.
		const [dx, dScale, dOffset] = runKernel(BACKWARD, inputs, attributes);
		return {
			x: () => dx,
			scale: () => dScale,
			offset: () => dOffset,
			movingMean: () => tf.zerosLike(mean),
			movingVariance: () => tf.zerosLike(variance),
		};
	},
});

registerNativeKernel<Forward, Attributes>(FROZEN_FORWARD, (op, inputs, attributes) => {
	const { x, scale, offset, movingMean, movingVariance } = inputs;
	const all = [x, scale, offset, movingMean, movingVariance];
	const [y, ...statistics] = op('FerBatchNormalization', all, nativeAttributes(attributes), 5);
	tf.dispose(statistics);
	return y;
});

registerNativeKernel<FrozenBackward, Attributes>(FROZEN_BACKWARD, (op, { dy, y, scale, variance }, attributes) =>
	op('FerFrozenBatchNormalizationGradient', [dy, y, scale, variance], nativeAttributes(attributes)),
);

tf.registerGradient({
	kernelName: FROZEN_FORWARD,
	inputsToSave: ['scale', 'movingVariance'],
	outputsToSave: [true],
	gradFunc: (dy, [scale, variance, y], attributes) => {
		const frozen = (): tf.Tensor => {
			throw new Error('A frozen batch normalisation has no gradient for its own weights: set `trainable` first.');
		};
		const inputs = { dy: Array.isArray(dy) ? dy[0] : dy, y, scale, variance };
		return {
			x: () => runKernel(FROZEN_BACKWARD, inputs, attributes)[0],
			...{ scale: frozen, offset: frozen, movingMean: frozen, movingVariance: frozen },
		};
	},
});

/** The part of tfjs's own layer that is used here: its class is not exported, so it is described. */
interface StockBatchNormalization extends tf.layers.Layer {
	readonly axis: number;
	readonly momentum: number;
	readonly epsilon: number;
	readonly center: boolean;
	readonly scale: boolean;
	readonly gamma?: tf.LayerVariable;
	readonly beta?: tf.LayerVariable;
	readonly movingMean: tf.LayerVariable;
	readonly movingVariance: tf.LayerVariable;
}
type LayerConfig = Parameters<typeof tf.layers.batchNormalization>[0];

const Stock = tf.layers.batchNormalization().constructor as new (config: LayerConfig) => StockBatchNormalization;

/**
 * tfjs's batch normalisation in one kernel, with its gradient; saved models name the stock layer and load anywhere.
 * As in Keras, a layer whose `trainable` is false normalises by its moving statistics also in training, and leaves
 * them as they are.
 */
export class BatchNormalization extends Stock {
	private readonly relu6Follows: boolean;

	constructor({ relu6Follows = false, ...config }: BatchNormalizationConfig) {
		super(config);
		this.relu6Follows = relu6Follows;
	}

	/** Whether the kernel serves for such an input; if not, tfjs's own ops do. */
	private isFused(x: tf.Tensor): boolean {
		const lastAxis = this.axis === -1 || this.axis === x.rank - 1;
		return lastAxis && this.center && this.scale && hasOwnOps();
	}

	/** Whether this layer clips such an input itself, so that the ReLU6 behind it need not. */
	appliesRelu6(x: tf.Tensor): boolean {
		return this.relu6Follows && this.isFused(x);
	}

	override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor | tf.Tensor[] {
		const x = Array.isArray(inputs) ? inputs[0] : inputs;
		const training = Boolean(kwargs.training) && this.trainable;
		const { gamma, beta } = this;
		if (!gamma || !beta || !this.isFused(x)) return super.call(inputs, { ...kwargs, training });
		return tf.tidy(() => {
			const [movingMean, movingVariance] = [this.movingMean.read(), this.movingVariance.read()];
			const variables = { x, scale: gamma.read(), offset: beta.read(), movingMean, movingVariance };
			const settings = { epsilon: this.epsilon, updateFraction: 1 - this.momentum, relu6: this.relu6Follows };
			if (!this.trainable) return runKernel(FROZEN_FORWARD, variables, { ...settings, training })[0];
			const [y, , , nextMean, nextVariance] = runKernel(FORWARD, variables, { ...settings, training });
			if (training) {
				this.movingMean.write(nextMean);
				this.movingVariance.write(nextVariance);
			}
			return y;
		});
	}
}

/** Options as of `tf.layers.batchNormalization`. */
type BatchNormalizationConfig = LayerConfig & {
	/** The layer behind it is a ReLU6: clipped in the same pass here, where the kernel serves; clipping twice is the same. */
	readonly relu6Follows?: boolean;
};

/** Makes a batch normalisation layer (Ioffe and Szegedy 2015, arXiv:1502.03167); saved as the stock layer. */
export function batchNormalization(config: BatchNormalizationConfig = {}): tf.layers.Layer {
	return new BatchNormalization(config);
}
