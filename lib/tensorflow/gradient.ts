import { firstOf, tf } from './tf';

/**
 * Runs a kernel on the gradient of an output, and then frees that: tfjs keeps all gradients until the end of the step, which
 * more than doubles its memory.
 */
export function consume(dy: tf.Tensor | tf.Tensor[], run: (dy: tf.Tensor) => tf.Tensor[]): tf.Tensor[] {
	const gradient = firstOf(dy);
	const results = run(gradient);
	// One that was made in another scope is the caller's.
	if (gradient.scopeId === tf.engine().state.activeScope?.id) gradient.dispose();
	return results;
}
