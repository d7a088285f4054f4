import { type AdamConstants, type AdamVectors, adamVectors } from './adamVectors';
import { flatten, unflatten } from './flatten';
import { tf } from './tf';
import { valuesOf } from './values';

const MOMENTS = ['first', 'second'] as const;

/** Options of AdamW. */
export interface AdamWOptions extends AdamConstants {
	/** Decoupled weight decay, scaled by the learning rate. */
	readonly weightDecay: number;
	/** Largest Euclidean norm of all gradients together; 0 for no limit. */
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
 * Implements AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) in Keras's form, over one flat vector for each group:
 * a few ops a step instead of a dozen for each variable.
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
		tf.tidy(() => this.copyWeights());
	}

	private copyWeights(): void {
		for (const [i, vectors] of this.vectors.entries()) vectors.write('weights', flatten(this.groups[i].variables));
	}

	/**
	 * Updates the variables.
	 * @param gradients By variable name, as `tf.variableGrads` returns them; the caller disposes them.
	 */
	step(gradients: tf.NamedTensorMap, learningRate: number): void {
		this.stepsTaken++;
		const { clipNorm, weightDecay, ...constants } = this.options;
		tf.tidy(() => {
			const flat = this.groups.map(({ variables }) => flatten(variables.map(({ name }) => gradients[name])));
			const clipped = clipNorm > 0 ? clipByGlobalNorm(flat, clipNorm) : flat;
			this.groups.forEach(({ variables, decays, learningRateScale }, i) => {
				const rate = learningRate * learningRateScale;
				const decay = decays ? rate * weightDecay : 0;
				this.vectors[i].update(clipped[i], { ...constants, step: this.stepsTaken, learningRate: rate, decay });
				unflatten(this.vectors[i].read('weights'), variables);
			});
		});
	}

	/** Returns copies of the first and second moments by name, for a checkpoint. */
	state(): Record<string, Float32Array> {
		const state: Record<string, Float32Array> = {};
		this.vectors.forEach((vectors, i) => {
			for (const name of MOMENTS) {
				state[`optimizer.${i}.${name}`] = valuesOf(() => vectors.read(name)).slice();
			}
		});
		return state;
	}

	/** Restores a state, which is copied; the variables keep their values. */
	restore(state: Readonly<Record<string, Float32Array>>, stepsTaken: number): void {
		this.stepsTaken = stepsTaken;
		tf.tidy(() => {
			this.copyWeights();
			this.vectors.forEach((vectors, i) => {
				// Copied: TensorFlow reads from the array's own memory, which the caller may change.
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
	const norm = tf.sqrt(tf.addN(vectors.map((vector) => tf.sum(tf.square(vector)))));
	const factor = tf.div(limit, tf.maximum(norm, limit));
	return vectors.map((vector) => tf.mul(vector, factor));
}
