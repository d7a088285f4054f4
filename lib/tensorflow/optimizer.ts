import { type AdamConstants, type AdamVectors, adamVectors } from './adamVectors';
import { flatten, unflatten } from './flatten';
import { tf } from './tf';

const MOMENTS = ['first', 'second'] as const;

/** Options of AdamW. */
export interface AdamWOptions extends AdamConstants {
	/** Fraction of the decaying weights that a step of learning rate 1 takes away. */
	readonly weightDecay: number;
	/** The gradients of all weights together are scaled down to this Euclidean norm; 0 leaves them. */
	readonly clipNorm: number;
}

/** Weights that are updated alike. */
export interface ParameterGroup {
	readonly variables: readonly tf.Variable[];
	/** Whether weight decay applies. */
	readonly decays: boolean;
	/** Factor on the learning rate. */
	readonly learningRateScale: number;
}

/**
 * AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) with Keras's values, over one flat vector a parameter group:
 * a handful of ops a step instead of a dozen for each variable.
 */
export class AdamW {
	/** Steps taken so far. */
	stepsTaken = 0;
	private readonly vectors: readonly AdamVectors[];

	constructor(
		private readonly groups: readonly ParameterGroup[],
		private readonly options: AdamWOptions,
	) {
		this.vectors = groups.map(({ variables }) => adamVectors(variables.reduce((total, { size }) => total + size, 0)));
		tf.tidy(() => {
			groups.forEach(({ variables }, i) => {
				this.vectors[i].write('weights', flatten(variables));
			});
		});
	}

	/**
	 * Updates the variables.
	 * @param gradients By variable name, as `tf.variableGrads` gives them; the caller disposes them.
	 */
	step(gradients: tf.NamedTensorMap, learningRate: number): void {
		this.stepsTaken++;
		const { clipNorm, weightDecay, beta1, beta2, epsilon } = this.options;
		tf.tidy(() => {
			const flat = this.groups.map(({ variables }) => flatten(variables.map(({ name }) => gradients[name])));
			const clipped = clipNorm > 0 ? clipByGlobalNorm(flat, clipNorm) : flat;
			this.groups.forEach(({ variables, decays, learningRateScale }, i) => {
				const rate = learningRate * learningRateScale;
				const decay = decays ? rate * weightDecay : 0;
				const update = { step: this.stepsTaken, learningRate: rate, decay, beta1, beta2, epsilon };
				this.vectors[i].update(clipped[i], update);
				unflatten(this.vectors[i].read('weights'), variables);
			});
		});
	}

	/** First and second moments by name, copied, for a checkpoint. */
	state(): Record<string, Float32Array> {
		const state: Record<string, Float32Array> = {};
		this.vectors.forEach((vectors, i) => {
			for (const name of MOMENTS) {
				const tensor = vectors.read(name);
				state[`optimizer.${i}.${name}`] = tensor.dataSync<'float32'>().slice();
				tensor.dispose();
			}
		});
		return state;
	}

	/** Takes up a state, copied; the weights are those that the variables have. */
	restore(state: Readonly<Record<string, Float32Array>>, stepsTaken: number): void {
		this.stepsTaken = stepsTaken;
		tf.tidy(() => {
			this.vectors.forEach((vectors, i) => {
				vectors.write('weights', flatten(this.groups[i].variables));
				// Copied: TensorFlow goes on reading an array's own memory, which is the caller's to change.
				for (const name of MOMENTS) vectors.write(name, tf.tensor1d(state[`optimizer.${i}.${name}`].slice()));
			});
		});
	}

	dispose(): void {
		for (const vectors of this.vectors) vectors.dispose();
	}
}

/** Scales vectors so that their joint norm is at most `limit` (Pascanu et al. 2013, arXiv:1211.5063). */
function clipByGlobalNorm(vectors: tf.Tensor1D[], limit: number): tf.Tensor1D[] {
	const squares = vectors.map((vector) => tf.sum(tf.square(vector)));
	const norm = tf.sqrt(tf.addN(squares));
	const factor = tf.div(limit, tf.maximum(norm, limit));
	return vectors.map((vector) => tf.mul(vector, factor));
}
