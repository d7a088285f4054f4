import { flatten, unflatten } from './flatten';
import { tf, valuesOf } from './tf';

/** An exponential moving average of a model's weights and batch statistics (Polyak and Juditsky 1992; Izmailov 2018). */
export class WeightAverage {
	private readonly variables: readonly tf.Variable[];
	private average: tf.Tensor1D;
	private replaced: tf.Tensor1D | undefined;

	/** A step keeps the fraction `decay` of the average; (1 + step) / (10 + step) if that is smaller. */
	constructor(
		model: tf.LayersModel,
		private readonly decay: number,
	) {
		this.variables = model.weights.map((weight) => weight.read() as tf.Variable);
		this.average = tf.keep(flatten(this.variables));
	}

	/** Adds the current weights to the average; `step` counts from 1. */
	update(step: number): void {
		const kept = Math.min(this.decay, (1 + step) / (10 + step));
		this.replace(() => tf.add(this.average, tf.mul(tf.sub(flatten(this.variables), this.average), 1 - kept)));
	}

	private replace(compute: () => tf.Tensor1D): void {
		const next = tf.keep(tf.tidy(compute));
		this.average.dispose();
		this.average = next;
	}

	/** Sets the model's weights to their averages until `putBack`. */
	putIn(): void {
		this.replaced = tf.keep(flatten(this.variables));
		unflatten(this.average, this.variables);
	}

	/** Restores the model's own weights. */
	putBack(): void {
		if (!this.replaced) return;
		unflatten(this.replaced, this.variables);
		this.replaced.dispose();
		this.replaced = undefined;
	}

	/** Returns a copy of the averaged values. */
	async values(): Promise<Float32Array> {
		return (await valuesOf(() => this.average.clone())).slice();
	}

	/** Restores averaged values, which are copied. */
	restore(values: Float32Array): void {
		this.replace(() => tf.tensor1d(values.slice()));
	}

	dispose(): void {
		this.average.dispose();
		this.replaced?.dispose();
	}
}
