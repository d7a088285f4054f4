import { tf } from '../../lib/tensorflow/tf';
import { type Described, flopsOf, sizeOf } from './flops';
import { type OpTime, secondsOf } from './protocol';

/** The methods of tfjs-node's backend that call TensorFlow. */
interface Backend {
	executeSingleOutput(op: string, attributes: unknown, inputs: Described[]): Described;
	executeMultipleOutputs(op: string, attributes: unknown, inputs: Described[], count: number): Described[];
}

/** Ops that return their input and move no memory. */
const FREE = new Set(['Reshape', 'Identity', 'ExpandDims', 'Squeeze', 'ReadVariableOp', 'VarHandleOp']);

function bytesOf(tensors: readonly Described[]): number {
	return tensors.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * (dtype === 'bool' ? 1 : 4), 0);
}

/** Runs work and measures each op in it; TensorFlow's eager ops end before their call returns. */
export async function profileOps(work: () => Promise<unknown>): Promise<{ seconds: number; ops: OpTime[] }> {
	const backend = tf.backend() as unknown as Backend;
	const ops = new Map<string, OpTime>();
	const time = <T extends Described | Described[]>(op: string, inputs: readonly Described[], run: () => T): T => {
		const start = performance.now();
		const outputs = run();
		const milliseconds = performance.now() - start;
		const returned = [outputs].flat() as Described[];
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
	const single = backend.executeSingleOutput.bind(backend);
	const multiple = backend.executeMultipleOutputs.bind(backend);
	backend.executeSingleOutput = (op, attributes, inputs) => time(op, inputs, () => single(op, attributes, inputs));
	backend.executeMultipleOutputs = (op, attributes, inputs, count) =>
		time(op, inputs, () => multiple(op, attributes, inputs, count));
	try {
		return { seconds: await secondsOf(work), ops: [...ops.values()] };
	} finally {
		// Uncovers the methods of the class.
		for (const method of ['executeSingleOutput', 'executeMultipleOutputs']) Reflect.deleteProperty(backend, method);
	}
}
