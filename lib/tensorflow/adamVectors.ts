import { nativeOp } from './native';
import { isNative, tf } from './tf';

/** The constants of Adam (Kingma and Ba 2015, arXiv:1412.6980). */
export type AdamConstants = Readonly<Record<'beta1' | 'beta2' | 'epsilon', number>>;

/** One update: `step` counts from 1; `decay` is the learning rate times the weight decay. */
type AdamUpdate = AdamConstants & Readonly<Record<'step' | 'learningRate' | 'decay', number>>;

type AdamVectorName = 'weights' | 'first' | 'second';

/** The weights of a parameter group and their first and second moments, each as one flat vector. */
export interface AdamVectors {
	/** Returns a vector without a copy; the caller disposes it. */
	read(name: AdamVectorName): tf.Tensor1D;
	write(name: AdamVectorName, values: tf.Tensor1D): void;
	/** Applies decoupled weight decay (Loshchilov and Hutter 2019), then Adam in Keras's form. */
	update(gradient: tf.Tensor1D, update: AdamUpdate): void;
	dispose(): void;
}

/** Makes the vectors, all zero. */
export function adamVectors(size: number): AdamVectors {
	return isNative() ? new NativeAdamVectors(size) : new ComposedAdamVectors(size);
}

const FLOAT = { type: 'float32' } as const;
let created = 0;

/** Uses TensorFlow's resource variables: one op updates all three in place (15 times faster for 3.4 M weights). */
class NativeAdamVectors implements AdamVectors {
	private readonly op = nativeOp();
	private readonly handles: Record<AdamVectorName, tf.Tensor>;

	constructor(size: number) {
		const handle = (): tf.Tensor => {
			const attributes = { container: '', shared_name: `adam${created++}`, dtype: FLOAT, shape: { shape: [size] } };
			return tf.keep(this.op('VarHandleOp', [], attributes)[0]);
		};
		this.handles = { weights: handle(), first: handle(), second: handle() };
		tf.tidy(() => {
			for (const name of ['weights', 'first', 'second'] as const) this.write(name, tf.zeros([size]));
		});
	}

	read(name: AdamVectorName): tf.Tensor1D {
		return this.op('ReadVariableOp', [this.handles[name]], { dtype: FLOAT })[0] as tf.Tensor1D;
	}

	write(name: AdamVectorName, values: tf.Tensor1D): void {
		this.op('AssignVariableOp', [this.handles[name], values], { dtype: FLOAT, validate_shape: false }, 0);
	}

	update(gradient: tf.Tensor1D, { step, learningRate, decay, beta1, beta2, epsilon }: AdamUpdate): void {
		const { weights, first, second } = this.handles;
		tf.tidy(() => {
			if (decay > 0) {
				this.op('AssignSubVariableOp', [weights, tf.mul(this.read('weights'), decay)], { dtype: FLOAT }, 0);
			}
			const numbers = [beta1 ** step, beta2 ** step, learningRate, beta1, beta2, epsilon].map((x) => tf.scalar(x));
			const attributes = { T: FLOAT, use_locking: false, use_nesterov: false };
			this.op('ResourceApplyAdam', [weights, first, second, ...numbers, gradient], attributes, 0);
		});
	}

	dispose(): void {
		for (const handle of Object.values(this.handles)) {
			this.op('DestroyResourceOp', [handle], { ignore_lookup_error: true }, 0);
			handle.dispose();
		}
	}
}

/** Uses tfjs's own ops, for its other backends. */
class ComposedAdamVectors implements AdamVectors {
	private readonly vectors: Record<AdamVectorName, tf.Tensor1D>;

	constructor(size: number) {
		const zeros = (): tf.Tensor1D => tf.keep(tf.zeros([size]));
		this.vectors = { weights: zeros(), first: zeros(), second: zeros() };
	}

	read(name: AdamVectorName): tf.Tensor1D {
		return this.vectors[name].clone();
	}

	write(name: AdamVectorName, values: tf.Tensor1D): void {
		this.vectors[name].dispose();
		this.vectors[name] = tf.keep(values.clone());
	}

	update(gradient: tf.Tensor1D, { step, learningRate, decay, beta1, beta2, epsilon }: AdamUpdate): void {
		tf.tidy(() => {
			const { weights, first, second } = this.vectors;
			const nextFirst = tf.add(first, tf.mul(tf.sub(gradient, first), 1 - beta1)) as tf.Tensor1D;
			const nextSecond = tf.add(second, tf.mul(tf.sub(tf.square(gradient), second), 1 - beta2)) as tf.Tensor1D;
			const rate = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
			const change = tf.div(tf.mul(nextFirst, rate), tf.add(tf.sqrt(nextSecond), epsilon));
			this.write('weights', tf.sub(tf.mul(weights, 1 - decay), change));
			this.write('first', nextFirst);
			this.write('second', nextSecond);
		});
	}

	dispose(): void {
		tf.dispose(Object.values(this.vectors));
	}
}
