import { flatten, unflatten } from './flatten';
import { fed } from './recorder';
import { tf, valuesOf } from './tf';

/** An exponential moving average of a model's weights and batch statistics (Polyak and Juditsky 1992; Izmailov 2018). */
export class WeightAverage {
	private readonly variables: readonly tf.Variable[];
	/** The averaged values, which `update` assigns. */
	readonly average: tf.Variable<tf.Rank.R1>;
	private step = 0;
	private replaced: tf.Tensor1D | undefined;

	/** A step keeps the fraction `decay` of the average; (1 + step) / (10 + step) if that is smaller. */
	constructor(
		model: tf.LayersModel,
		private readonly decay: number,
	) {
		this.variables = model.weights.map((weight) => weight.read() as tf.Variable);
		this.average = tf.tidy(() => tf.variable(flatten(this.variables), false));
	}

	/** Begins a step, counted from 1: `update` follows. */
	beginStep(step: number): void {
		this.step = step;
	}

	/** Adds the current weights to the average. */
	update(): void {
		const replaced = () => 1 - Math.min(this.decay, (1 + this.step) / (10 + this.step));
		tf.tidy(() => {
			const change = tf.sub(flatten(this.variables), this.average);
			const scaled = tf.mul(
				change,
				fed(() => tf.scalar(replaced())),
			);
			this.average.assign(tf.add(this.average, scaled));
		});
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
		tf.tidy(() => this.average.assign(tf.tensor1d(values.slice())));
	}

	dispose(): void {
		this.average.dispose();
		this.replaced?.dispose();
	}
}
