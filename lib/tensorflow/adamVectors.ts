import { nativeOp } from './native';
import { isNative, tf } from './tf';

/** Numbers of Adam that stay the same over a run (Kingma and Ba 2015, arXiv:1412.6980). */
export interface AdamConstants {
	readonly beta1: number;
	readonly beta2: number;
	readonly epsilon: number;
}

/** What one update uses: `step` counts from 1; `decay` is the learning rate times the weight decay. */
export interface AdamUpdate extends AdamConstants {
	readonly step: number;
	readonly learningRate: number;
	readonly decay: number;
}

/** The names of the vectors that Adam keeps for a group of weights. */
const ADAM_VECTORS = ['weights', 'first', 'second'] as const;
export type AdamVectorName = (typeof ADAM_VECTORS)[number];

/** Weights, first and second moments of a group of parameters, each as one flat vector. */
export interface AdamVectors {
	/** A copy-free view of a vector as it is now; the caller disposes it. */
	read(name: AdamVectorName): tf.Tensor1D;
	write(name: AdamVectorName, values: tf.Tensor1D): void;
	/** Updates all three with a gradient: decoupled decay (Loshchilov and Hutter 2019), then Adam, in Keras's form. */
	update(gradient: tf.Tensor1D, update: AdamUpdate): void;
	dispose(): void;
}

/** Makes the vectors, all zero: TensorFlow's fused Adam where TensorFlow runs, else tfjs's own ops. */
export function adamVectors(size: number): AdamVectors {
	return isNative() ? new NativeAdamVectors(size) : new ComposedAdamVectors(size);
}

let created = 0;

/** Vectors in TensorFlow's resource variables: one op reads and writes all three in place (15 x faster, 3.4 M weights). */
class NativeAdamVectors implements AdamVectors {
	private readonly op = nativeOp();
	private readonly handles: Record<AdamVectorName, tf.Tensor>;

	constructor(size: number) {
		const handle = (): tf.Tensor => {
			const attributes = { dtype: { type: 'float32' as const }, shape: { shape: [size] } };
			return tf.keep(this.op('VarHandleOp', [], { container: '', shared_name: `adam${created++}`, ...attributes })[0]);
		};
		this.handles = tf.tidy(() => ({ weights: handle(), first: handle(), second: handle() }));
		tf.tidy(() => {
			for (const name of ADAM_VECTORS) this.write(name, tf.zeros([size]));
		});
	}

	read(name: AdamVectorName): tf.Tensor1D {
		return this.op('ReadVariableOp', [this.handles[name]], { dtype: { type: 'float32' } })[0] as tf.Tensor1D;
	}

	write(name: AdamVectorName, values: tf.Tensor1D): void {
		const attributes = { dtype: { type: 'float32' as const }, validate_shape: false };
		this.op('AssignVariableOp', [this.handles[name], values], attributes, 0);
	}

	update(gradient: tf.Tensor1D, { step, learningRate, decay, beta1, beta2, epsilon }: AdamUpdate): void {
		const { weights, first, second } = this.handles;
		tf.tidy(() => {
			if (decay > 0) {
				const lost = tf.mul(this.read('weights'), decay);
				this.op('AssignSubVariableOp', [weights, lost], { dtype: { type: 'float32' } }, 0);
			}
			const numbers = [beta1 ** step, beta2 ** step, learningRate, beta1, beta2, epsilon].map((x) => tf.scalar(x));
			const attributes = { T: { type: 'float32' as const }, use_locking: false, use_nesterov: false };
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

/** The same on tfjs's own ops, for its other backends. */
class ComposedAdamVectors implements AdamVectors {
	private readonly vectors: Record<AdamVectorName, tf.Tensor1D>;

	constructor(size: number) {
		const zeros = () => tf.keep(tf.zeros([size])) as tf.Tensor1D;
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
