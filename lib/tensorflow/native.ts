import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import { isNative, NATIVE_BACKEND, tf } from './tf';

/** An attribute's value: a number is a float; the rest says what it is. */
type Attribute =
	| boolean
	| number
	| string
	| { readonly type: tf.DataType }
	| { readonly integer: number }
	| { readonly integers: number[] }
	| { readonly shape: number[] }
	// These two need the binding that the set-up compiles (native/attributeLists.h).
	| { readonly strings: string[] }
	| { readonly types: tf.DataType[] };
/** The same as the binding takes it. */
interface BindingAttribute {
	readonly type: number;
	readonly value: boolean | number | string | number[] | string[];
}

/** Runs TensorFlow ops by their own name, as `tf.raw_ops` does in Python. */
export type NativeOp = (
	name: string,
	inputs: tf.TensorInfo[],
	attributes: Record<string, Attribute>,
	outputs?: number,
) => tf.Tensor[];

/** Makes the caller of TensorFlow's ops for a backend instance, by default the one in use. */
export function nativeOp(backend = tf.backend() as NodeJSKernelBackend): NativeOp {
	const { binding } = backend;
	const describe = (value: Attribute): BindingAttribute => {
		if (typeof value === 'boolean') return { type: binding.TF_ATTR_BOOL, value };
		if (typeof value === 'number') return { type: binding.TF_ATTR_FLOAT, value };
		if (typeof value === 'string') return { type: binding.TF_ATTR_STRING, value };
		if ('shape' in value) return { type: binding.TF_ATTR_SHAPE, value: value.shape };
		if ('integer' in value) return { type: binding.TF_ATTR_INT, value: value.integer };
		if ('integers' in value) return { type: binding.TF_ATTR_INT, value: value.integers };
		if ('strings' in value) return { type: binding.TF_ATTR_STRING, value: value.strings };
		if ('types' in value) {
			return { type: binding.TF_ATTR_TYPE, value: value.types.map((type) => backend.getDTypeInteger(type)) };
		}
		return { type: binding.TF_ATTR_TYPE, value: backend.getDTypeInteger(value.type) };
	};
	return (name, inputs, attributes, outputs = 1) => {
		const described = Object.entries(attributes).map(([key, value]) => ({ name: key, ...describe(value) }));
		return backend.executeMultipleOutputs(name, described, inputs, outputs);
	};
}

/**
 * Registers a kernel for the TensorFlow backend; does nothing harmful where another backend is in use.
 * @param kernelName The name that `runKernel` and gradients know it by.
 * @param kernel Computes the outputs from named inputs and attributes through TensorFlow's ops.
 */
export function registerNativeKernel<Inputs, Attributes>(
	kernelName: string,
	kernel: (op: NativeOp, inputs: Inputs, attributes: Attributes) => tf.TensorInfo | tf.TensorInfo[],
): void {
	tf.registerKernel({
		kernelName,
		backendName: NATIVE_BACKEND,
		kernelFunc: ({ inputs, attrs, backend }) =>
			kernel(nativeOp(backend as NodeJSKernelBackend), inputs as Inputs, attrs as Attributes),
	});
}

/** Runs a registered kernel and returns all its outputs. */
export function runKernel(name: string, inputs: Record<string, tf.Tensor>, attributes = {}): tf.Tensor[] {
	const outputs = tf.engine().runKernel(name, inputs, attributes) as tf.Tensor | tf.Tensor[];
	return Array.isArray(outputs) ? outputs : [outputs];
}

let compiledIn: boolean | undefined;

/** Whether the ops of native/ can run: TensorFlow is in use, and its binding holds them, as the set-up compiles it. */
export function hasOwnOps(): boolean {
	if (!isNative()) return false;
	compiledIn ??= tf.tidy(() => {
		const [x, one] = [tf.ones([1, 1, 1, 1]), tf.ones([1])];
		const attributes = { epsilon: 1, update_fraction: 0, training: false, relu6: false };
		try {
			nativeOp()('FerBatchNormalization', [x, one, one, one, one], attributes, 5);
			return true;
		} catch {
			return false;
		}
	});
	return compiledIn;
}
