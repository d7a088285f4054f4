import { flatten, unflatten } from './flatten';
import { MOMENTS, type MomentVectors, momentVectors } from './momentVectors';
import { runKernel } from './native';
import { tf, valuesOf } from './tf';
import { hasShaderKernel } from './webgpu/shader';

/** Options of AdamW, with the constants of Adam (Kingma and Ba 2015, arXiv:1412.6980). */
export interface AdamWOptions extends Readonly<Record<'beta1' | 'beta2' | 'epsilon', number>> {
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
	private learningRate = 0;
	private readonly vectors: readonly MomentVectors[];

	constructor(
		private readonly groups: readonly ParameterGroup[],
		private readonly options: AdamWOptions,
	) {
		this.vectors = groups.map(({ variables }) => momentVectors(variables.reduce((sum, { size }) => sum + size, 0)));
		tf.tidy(() => this.copyWeights());
	}

	private copyWeights(): void {
		for (const [i, vectors] of this.vectors.entries()) vectors.write('weights', flatten(this.groups[i].variables));
	}

	/** Begins a step: `update` follows. */
	beginStep(learningRate: number): void {
		this.stepsTaken++;
		this.learningRate = learningRate;
	}

	/** Updates the variables with gradients by variable name, as `tf.variableGrads` returns them; the caller disposes them. */
	update(gradients: tf.NamedTensorMap): void {
		const { clipNorm, weightDecay, ...constants } = this.options;
		tf.tidy(() => {
			const flat = this.groups.map(({ variables }) => flatten(variables.map(({ name }) => gradients[name])));
			const clipped = clipNorm > 0 ? clipByGlobalNorm(flat, clipNorm) : flat;
			this.groups.forEach(({ variables, decays, learningRateScale }, i) => {
				const now = () => {
					const learningRate = this.learningRate * learningRateScale;
					return { step: this.stepsTaken, learningRate, decay: learningRate * weightDecay };
				};
				this.vectors[i].update(clipped[i], { ...constants, decays: decays && weightDecay > 0, now });
				unflatten(this.vectors[i].read('weights'), variables);
			});
		});
	}

	/** Returns copies of the first and second moments by name, for a checkpoint. */
	async state(): Promise<Record<string, Float32Array>> {
		const state: Record<string, Float32Array> = {};
		for (const [i, vectors] of this.vectors.entries()) {
			for (const name of MOMENTS) state[`optimizer.${i}.${name}`] = (await valuesOf(() => vectors.read(name))).slice();
		}
		return state;
	}

	/** Restores a state, which is copied; the variables keep their values. */
	restore(state: Readonly<Record<string, Float32Array>>, stepsTaken: number): void {
		this.stepsTaken = stepsTaken;
		tf.tidy(() => {
			this.copyWeights();
			for (const [i, vectors] of this.vectors.entries()) {
				// Copied: TensorFlow reads from the array's own memory, which the caller may change.
				for (const name of MOMENTS) vectors.write(name, tf.tensor1d(state[`optimizer.${i}.${name}`].slice()));
			}
		});
	}

	dispose(): void {
		for (const vectors of this.vectors) vectors.dispose();
	}
}

/** Scales vectors so that their joint norm is at most `limit` (Pascanu et al. 2013, arXiv:1211.5063). */
function clipByGlobalNorm(vectors: tf.Tensor1D[], limit: number): tf.Tensor1D[] {
	const squares = (vector: tf.Tensor1D) =>
		hasShaderKernel('SumOfSquares') ? runKernel('SumOfSquares', { vector })[0] : tf.square(vector);
	const norm = tf.sqrt(tf.addN(vectors.map((vector) => tf.sum(squares(vector)))));
	const factor = tf.div(limit, tf.maximum(norm, limit));
	return vectors.map((vector) => tf.mul(vector, factor));
}
