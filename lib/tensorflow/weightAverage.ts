import { flatten, unflatten } from './flatten';
import { tf } from './tf';

/** An exponential moving average of a model's weights and batch statistics (Polyak and Juditsky 1992; Izmailov 2018). */
export class WeightAverage {
	private readonly variables: readonly tf.Variable[];
	private average: tf.Tensor1D;
	private replaced: tf.Tensor1D | undefined;

	/**
	 * @param model Whose weights are averaged, trainable or not.
	 * @param decay What part of the average a step leaves; smaller in the first steps, (1 + step) / (10 + step).
	 */
	constructor(
		model: tf.LayersModel,
		private readonly decay: number,
	) {
		this.variables = model.weights.map((weight) => weight.read() as tf.Variable);
		this.average = tf.keep(flatten(this.variables));
	}

	/** Takes the weights as they are now into the average; `step` counts from 1. */
	update(step: number): void {
		const kept = Math.min(this.decay, (1 + step) / (10 + step));
		const next = tf.tidy(() => {
			const weights = flatten(this.variables);
			return tf.add(this.average, tf.mul(tf.sub(weights, this.average), 1 - kept)) as tf.Tensor1D;
		});
		this.average.dispose();
		this.average = tf.keep(next);
	}

	/** Gives the model the averaged weights until `putBack`. */
	putIn(): void {
		this.replaced = tf.keep(flatten(this.variables));
		unflatten(this.average, this.variables);
	}

	/** Gives the model its own weights again. */
	putBack(): void {
		if (!this.replaced) return;
		unflatten(this.replaced, this.variables);
		this.replaced.dispose();
		this.replaced = undefined;
	}

	/** The averaged values, copied. */
	values(): Float32Array {
		return this.average.dataSync<'float32'>().slice();
	}

	/** Takes up values, copied. */
	restore(values: Float32Array): void {
		this.average.dispose();
		this.average = tf.keep(tf.tensor1d(values.slice()));
	}

	dispose(): void {
		this.average.dispose();
		this.replaced?.dispose();
	}
}
