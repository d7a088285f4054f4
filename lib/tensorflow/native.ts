import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import { isNative, NATIVE_BACKEND, tf } from './tf';
import { hasShaderKernel } from './webgpu/shader';

/** The value of an attribute; a number is a float. */
type Attribute =
	| boolean
	| number
	| string
	| { readonly type: tf.DataType }
	| { readonly integer: number | number[] }
	| { readonly shape: number[] }
	// These two need the binding that the set-up compiles (native/attributeLists.h).
	| { readonly strings: string[] }
	| { readonly types: tf.DataType[] };

/** Runs TensorFlow ops by name, like `tf.raw_ops` in Python. */
export type NativeOp = (
	name: string,
	inputs: tf.TensorInfo[],
	attributes: Record<string, Attribute>,
	outputs?: number,
) => tf.Tensor[];

/** Returns the function that runs TensorFlow's ops on a backend, by default the current one. */
export function nativeOp(backend = tf.backend() as NodeJSKernelBackend): NativeOp {
	const { TF_ATTR_BOOL, TF_ATTR_FLOAT, TF_ATTR_INT, TF_ATTR_SHAPE, TF_ATTR_STRING, TF_ATTR_TYPE } = backend.binding;
	const typeNumber = (type: tf.DataType) => backend.getDTypeInteger(type);
	const encode = (value: Attribute): { type: number; value: boolean | number | string | number[] | string[] } => {
		if (typeof value === 'boolean') return { type: TF_ATTR_BOOL, value };
		if (typeof value === 'number') return { type: TF_ATTR_FLOAT, value };
		if (typeof value === 'string') return { type: TF_ATTR_STRING, value };
		if ('shape' in value) return { type: TF_ATTR_SHAPE, value: value.shape };
		if ('integer' in value) return { type: TF_ATTR_INT, value: value.integer };
		if ('strings' in value) return { type: TF_ATTR_STRING, value: value.strings };
		const types = 'types' in value ? value.types.map(typeNumber) : typeNumber(value.type);
		return { type: TF_ATTR_TYPE, value: types };
	};
	return (name, inputs, attributes, outputs = 1) => {
		const encoded = Object.entries(attributes).map(([key, value]) => ({ name: key, ...encode(value) }));
		return backend.executeMultipleOutputs(name, encoded, inputs, outputs);
	};
}

/** Registers a kernel, made of TensorFlow's ops, for the TensorFlow backend; other backends ignore it. */
export function registerNativeKernel<Inputs = Record<string, tf.Tensor>, Attributes = Record<string, number | boolean>>(
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

/** Registers a kernel of one op, which takes the inputs in their order and the attributes as they are. */
export function registerNativeOp(kernelName: string, name: string, outputs = 1): void {
	registerNativeKernel(kernelName, (op, inputs, attributes) => op(name, Object.values(inputs), attributes, outputs));
}

/** Runs a registered kernel and returns all its outputs. */
export function runKernel(name: string, inputs: Record<string, tf.Tensor>, attributes = {}): tf.Tensor[] {
	return [tf.engine().runKernel(name, inputs, attributes) as tf.Tensor | tf.Tensor[]].flat();
}

/** Describes the TensorFlow in use: its version, and whether it computes on a graphics card. */
export function nativeLibrary(): { readonly version: string; readonly onCard: boolean } {
	const backend = tf.backend() as NodeJSKernelBackend;
	return { version: String(backend.binding.TF_Version), onCard: backend.isUsingGpuDevice };
}

let compiledIn: boolean | undefined;

/**
 * Whether the ops of native/ can run: TensorFlow is in use, with the binding that the set-up compiles, on the processor. With
 * a graphics card TensorFlow would run them too, on the processor, and copy every tensor there and back.
 */
export function hasOwnOps(): boolean {
	if (!isNative() || nativeLibrary().onCard) return false;
	compiledIn ??= tf.tidy(() => {
		const [x, one] = [tf.ones([1, 1, 1, 1]), tf.ones([1])];
		const attributes = { epsilon: 1, update_fraction: 0, training: false, highest: 0 };
		try {
			nativeOp()('FerBatchNormalization', [x, one, one, one, one], attributes, 5);
			return true;
		} catch {
			return false;
		}
	});
	return compiledIn;
}

/** Whether the kernels of this project can run on the backend in use: those of native/, or those of webgpu/. */
export const hasOwnKernels = (): boolean => hasOwnOps() || hasShaderKernel('NativeBatchNormalization');
