import type { tf } from '../tf';
import { registerShaderKernel } from './shader';

/** Numbers of one update; `decay` and `rate` are those of the step. */
const FLOATS = ['beta1', 'beta2', 'epsilon', 'rate', 'decay'] as const;

/** Takes weights and moments in one vector, and the gradient; returns them updated. */
const ADAM_W = `fn main(index : i32) {
	let values = uniforms.gradientShape;
	if (index >= values) { return; }
	let slope = gradient[index];
	let first = state[values + index];
	let second = state[2 * values + index];
	let nextFirst = first + (slope - first) * (1.0 - uniforms.beta1);
	let nextSecond = second + (slope * slope - second) * (1.0 - uniforms.beta2);
	let change = nextFirst * uniforms.rate / (sqrt(nextSecond) + uniforms.epsilon);
	result[index] = state[index] - state[index] * uniforms.decay - change;
	result[values + index] = nextFirst;
	result[2 * values + index] = nextSecond;
}`;

type Inputs = Readonly<Record<'state' | 'gradient', tf.TensorInfo>>;

registerShaderKernel<Inputs, Readonly<Record<(typeof FLOATS)[number], number>>>(
	'AdamW',
	({ inputs: { state, gradient }, attributes, run }) =>
		run(
			{ name: 'AdamW', inputs: ['state', 'gradient'], group: [128, 1], floats: FLOATS, code: ADAM_W },
			{ inputs: [state, gradient], outputShape: state.shape, size: gradient.shape[0], numbers: { ...attributes } },
		),
);

const [THREADS, MOST_GROUPS] = [128, 256];

/** A group adds up every so many values; tfjs's own sum of a vector is that of one group. */
const SQUARES = `
	var<workgroup> partial : array<f32, ${THREADS}>;

	fn main(index : i32) {
		var sum = 0.0;
		for (var at = index; at < uniforms.vectorShape; at += ${THREADS} * uniforms.groups) {
			sum += vector[at] * vector[at];
		}
		partial[localIndex] = sum;
		workgroupBarrier();
		for (var half = ${THREADS / 2}u; half > 0u; half >>= 1u) {
			if (localIndex < half) { partial[localIndex] += partial[localIndex + half]; }
			workgroupBarrier();
		}
		if (localIndex == 0u) { result[index / ${THREADS}] = partial[0]; }
	}`;

registerShaderKernel<Readonly<Record<'vector', tf.TensorInfo>>>('SumOfSquares', ({ inputs: { vector }, run }) => {
	const groups = Math.min(MOST_GROUPS, Math.max(1, Math.ceil(vector.shape[0] / THREADS)));
	return run(
		{ name: 'sum of squares', inputs: ['vector'], group: [THREADS, 1], integers: ['groups'], code: SQUARES },
		{ inputs: [vector], outputShape: [groups], size: groups * THREADS, numbers: { groups } },
	);
});
