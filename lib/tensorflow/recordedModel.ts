import { RecordedComputation } from './recordedComputation';
import { tf } from './tf';

/** A computation with one input and one result. */
export type Forward = (input: tf.Tensor4D) => tf.Tensor;

/** Returns a computation with a model's weights that runs from a recording where it can; the caller disposes the results. */
export function recorded(model: tf.LayersModel, forward: Forward): Forward {
	const weights = model.weights.map((weight) => weight.read() as tf.Variable);
	const computation = new RecordedComputation(([input]) => [forward(input as tf.Tensor4D)], weights);
	return (input) => computation.run([input])[0];
}

const FORWARDS = new WeakMap<tf.LayersModel, Map<string, Forward>>();

/** The same, remembered with the model under a name: later calls begin where the last one ended. */
export function recordedAs(name: string, model: tf.LayersModel, forward: Forward): Forward {
	const ofModel = FORWARDS.get(model) ?? new Map<string, Forward>();
	FORWARDS.set(model, ofModel);
	const known = ofModel.get(name) ?? recorded(model, forward);
	return ofModel.set(name, known).get(name) as Forward;
}

/** Most images of one batch in tfjs's `predict`; it divides more into several. */
const BATCH = 32;

/** Lets a model's own `predict` run from a recording, for batches of up to 32 images. It is saved as before. */
export function recordPredict(model: tf.LayersModel): void {
	const stock = model.predict.bind(model);
	const forward = recorded(model, (input) => stock(input) as tf.Tensor);
	model.predict = (input, options) => {
		const isPlain = input instanceof tf.Tensor && input.shape[0] <= BATCH && !options && model.outputs.length === 1;
		return isPlain ? forward(input as tf.Tensor4D) : stock(input, options);
	};
}
