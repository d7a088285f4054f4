import { tf } from '../../lib/tensorflow/tf';
import { type OpTime, secondsOf } from './protocol';

/** A tensor without its values. */
interface Described {
	readonly shape: readonly number[];
	readonly dtype: string;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/**
 * Counts the multiplications and additions of a matrix product or convolution; 0 for other ops.
 * A convolution and both of its gradients need the same number: one of each per value of the output and weight of a filter.
 */
export function flopsOf(op: string, inputs: readonly Described[], outputs: readonly Described[]): number {
	if (/MatMul/.test(op)) {
		// Transposed or not: rows, columns and the inner side each occur in two of the three shapes.
		const sizes = [inputs[0], inputs[1], outputs[0]].map(({ shape }) => sizeOf(shape.slice(-2)));
		return 2 * Math.sqrt(sizes[0] * sizes[1] * sizes[2]) * sizeOf(outputs[0].shape.slice(0, -2));
	}
	if (!/Conv/.test(op)) return 0;
	const images = [...inputs, ...outputs].filter(({ shape, dtype }) => shape.length === 4 && dtype === 'float32');
	if (images.length < 3) return 0;
	// Forward (x, kernel) -> y; gradient of the input (sizes, kernel, dy) -> dx; of the kernel (x, sizes, dy) -> dk.
	const [kernel, y] = /Filter$|FilterGrad|KernelGrad/.test(op)
		? [outputs[0], images[1]]
		: /Input$|InputGrad/.test(op)
			? [images[0], images[1]]
			: [images[1], outputs[0]];
	const [height, width, channels] = kernel.shape;
	return 2 * sizeOf(y.shape) * height * width * (/Depthwise/i.test(op) ? 1 : channels);
}

/** Ops that return their input and move no memory. */
const FREE = new Set(['Reshape', 'Identity', 'ExpandDims', 'Squeeze', 'ReadVariableOp', 'VarHandleOp']);

function bytesOf(tensors: readonly Described[]): number {
	return tensors.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * (dtype === 'bool' ? 1 : 4), 0);
}

/** The methods of tfjs-node's backend that call TensorFlow. */
const METHODS = ['executeSingleOutput', 'executeMultipleOutputs'] as const;
type Execute = (op: string, attributes: unknown, inputs: Described[], count?: number) => Described | Described[];

/** Runs work, without recordings, and measures each op in it; TensorFlow's eager ops end before their call returns. */
export async function profileOps(work: () => Promise<unknown>): Promise<{ seconds: number; ops: OpTime[] }> {
	const backend = tf.backend() as unknown as Record<(typeof METHODS)[number], Execute> & { binding: object };
	const { binding } = backend;
	// Ops of a recording cannot be measured one by one.
	backend.binding = Object.create(binding, { replayTape: { value: undefined } });
	const ops = new Map<string, OpTime>();
	for (const method of METHODS) {
		const execute = backend[method].bind(backend);
		backend[method] = (op, attributes, inputs, count) => {
			const start = performance.now();
			const outputs = execute(op, attributes, inputs, count);
			const milliseconds = performance.now() - start;
			const returned = [outputs].flat();
			const known = ops.get(op) ?? { op, calls: 0, milliseconds: 0, flops: 0, bytes: 0 };
			ops.set(op, {
				op,
				calls: known.calls + 1,
				milliseconds: known.milliseconds + milliseconds,
				flops: known.flops + flopsOf(op, inputs, returned),
				bytes: known.bytes + (FREE.has(op) ? 0 : bytesOf([...inputs, ...returned])),
			});
			return outputs;
		};
	}
	try {
		return { seconds: await secondsOf(work), ops: [...ops.values()] };
	} finally {
		// Uncovers the methods of the class.
		for (const method of METHODS) Reflect.deleteProperty(backend, method);
		backend.binding = binding;
	}
}
