import { consume } from './gradient';
import { hasOwnKernels, registerNativeKernel, registerNativeOp, runKernel } from './native';
import { firstOf, tf } from './tf';

const FORWARD = 'NativeBatchNormalization';
const BACKWARD = 'NativeBatchNormalizationGradient';
const FROZEN_FORWARD = 'NativeFrozenBatchNormalization';
const FROZEN_BACKWARD = 'NativeFrozenBatchNormalizationGradient';

// The ops are those of native/batchNormalization.cc. All inputs are listed in the order of their arguments.
registerNativeOp(FORWARD, 'FerBatchNormalization', 5);
registerNativeOp(BACKWARD, 'FerBatchNormalizationGradient', 3);
registerNativeOp(FROZEN_BACKWARD, 'FerFrozenBatchNormalizationGradient');
registerNativeKernel(FROZEN_FORWARD, (op, inputs, attributes) => {
	const [y, ...statistics] = op('FerBatchNormalization', Object.values(inputs), attributes, 5);
	tf.dispose(statistics);
	return y;
});

tf.registerGradient({
	kernelName: FORWARD,
	inputsToSave: ['x', 'scale', 'offset'],
	outputsToSave: [false, true, true, false, false],
	gradFunc: (dy, [x, scale, offset, mean, variance], attributes) => {
		// One kernel computes all gradients. It runs here because tfjs runs the functions below each in its own tidy.
		const inputs = { x, scale, offset, mean, variance };
		const [dx, dScale, dOffset] = consume(dy, (each) => runKernel(BACKWARD, { dy: each, ...inputs }, attributes));
		return {
			...{ x: () => dx, scale: () => dScale, offset: () => dOffset },
			...{ movingMean: () => tf.zerosLike(mean), movingVariance: () => tf.zerosLike(variance) },
		};
	},
});

tf.registerGradient({
	kernelName: FROZEN_FORWARD,
	inputsToSave: ['scale', 'movingVariance'],
	outputsToSave: [true],
	gradFunc: (dy, [scale, variance, y], attributes) => {
		const frozen = (): tf.Tensor => {
			throw new Error('A frozen batch normalization has no gradient for its own weights: set `trainable` first.');
		};
		const inputs = { y, scale, variance };
		const [dx] = consume(dy, (each) => runKernel(FROZEN_BACKWARD, { dy: each, ...inputs }, attributes));
		return {
			x: () => dx,
			...{ scale: frozen, offset: frozen, movingMean: frozen, movingVariance: frozen },
		};
	},
});

/** Options of `tf.layers.batchNormalization`, and: */
type BatchNormalizationConfig = Parameters<typeof tf.layers.batchNormalization>[0] & {
	/** Upper limit of the ReLU that is the next layer: 6 or infinity. The kernel then applies it in the same pass. */
	readonly reluFollows?: number;
};

const Stock = tf.layers.batchNormalization().constructor as new (
	config: BatchNormalizationConfig,
) => tf.layers.Layer &
	Readonly<Record<'axis' | 'momentum' | 'epsilon', number>> &
	Readonly<Record<'center' | 'scale', boolean>> &
	Readonly<Partial<Record<'gamma' | 'beta', tf.LayerVariable>>> &
	Readonly<Record<'movingMean' | 'movingVariance', tf.LayerVariable>>;

/**
 * Runs tfjs's batch normalization in one kernel, with its gradient. Saved as the stock layer. As in Keras, a layer whose
 * `trainable` is false uses its moving statistics in training too, and does not update them.
 */
export class BatchNormalization extends Stock {
	private readonly reluFollows: number;

	constructor({ reluFollows = 0, ...config }: BatchNormalizationConfig) {
		super(config);
		this.reluFollows = reluFollows;
	}

	private isFused(x: tf.Tensor): boolean {
		const lastAxis = this.axis === -1 || this.axis === x.rank - 1;
		return lastAxis && this.center && this.scale && hasOwnKernels();
	}

	/** Returns whether the kernel applies the next layer's ReLU to such an input. */
	appliesRelu(x: tf.Tensor): boolean {
		return this.reluFollows > 0 && this.isFused(x);
	}

	override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor | tf.Tensor[] {
		const x = firstOf(inputs);
		const training = Boolean(kwargs.training) && this.trainable;
		const { gamma, beta } = this;
		if (!gamma || !beta || !this.isFused(x)) return super.call(inputs, { ...kwargs, training });
		return tf.tidy(() => {
			const [movingMean, movingVariance] = [this.movingMean.read(), this.movingVariance.read()];
			const variables = { x, scale: gamma.read(), offset: beta.read(), movingMean, movingVariance };
			const { epsilon, momentum, reluFollows: highest } = this;
			// A batch replaces this fraction of the moving statistics.
			const attributes = { epsilon, update_fraction: 1 - momentum, training, highest };
			if (!this.trainable) return runKernel(FROZEN_FORWARD, variables, attributes)[0];
			const [y, , , nextMean, nextVariance] = runKernel(FORWARD, variables, attributes);
			if (training) {
				this.movingMean.write(nextMean);
				this.movingVariance.write(nextVariance);
			}
			return y;
		});
	}
}

/** Makes a batch normalization layer (Ioffe and Szegedy 2015, arXiv:1502.03167); saved as the stock layer. */
export function batchNormalization(config: BatchNormalizationConfig = {}): tf.layers.Layer {
	return new BatchNormalization(config);
}
