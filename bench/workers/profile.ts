// @ts-check
import { tf } from '../../dist/lib/tensorflow/tf.js';
import { flopsOf, sizeOf } from './flops.mjs';
import { secondsOf } from './protocol.mjs';

/**
 * @typedef {object} OpTime What one kind of op took over a piece of work.
 * @property {string} op TensorFlow's name.
 * @property {number} calls
 * @property {number} milliseconds
 * @property {number} flops Multiplications and additions of products and convolutions; 0 of other ops.
 * @property {number} bytes What its inputs and outputs hold.
 *
 * @typedef {import('./flops.mjs').Described} Described
 * @typedef {import('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js').NodeJSKernelBackend} Backend
 */

/** Ops that hand their input on and move no memory. */
const FREE = new Set(['Reshape', 'Identity', 'ExpandDims', 'Squeeze', 'ReadVariableOp', 'VarHandleOp']);

/** @param {readonly Described[]} tensors */
function bytesOf(tensors) {
	return tensors.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * (dtype === 'bool' ? 1 : 4), 0);
}

/**
 * Runs work and times each op that it calls: TensorFlow's eager ops end before their call returns.
 * @param {() => Promise<unknown>} work
 * @returns {Promise<{seconds: number, ops: OpTime[]}>} Of the whole work.
 */
export async function profileOps(work) {
	const backend = /** @type {Backend} */ (tf.backend());
	/** @type {Map<string, OpTime>} */
	const ops = new Map();
	/**
	 * @template {Described | Described[]} T
	 * @param {string} op
	 * @param {readonly Described[]} inputs
	 * @param {() => T} run
	 */
	const time = (op, inputs, run) => {
		const start = performance.now();
		const outputs = run();
		const milliseconds = performance.now() - start;
		const given = /** @type {Described[]} */ ([outputs].flat());
		const known = ops.get(op) ?? { op, calls: 0, milliseconds: 0, flops: 0, bytes: 0 };
		known.calls++;
		known.milliseconds += milliseconds;
		known.flops += flopsOf(op, inputs, given);
		if (!FREE.has(op)) known.bytes += bytesOf([...inputs, ...given]);
		ops.set(op, known);
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
		// The methods of the class show again.
		for (const method of ['executeSingleOutput', 'executeMultipleOutputs']) Reflect.deleteProperty(backend, method);
	}
}
