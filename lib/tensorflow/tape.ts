import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';
import { hasOwnOps } from './native';
import { type Backend, idOf, type RecordedOp, type Recording } from './recorder';
import { tf } from './tf';

type TapeFunctions = {
	makeTape(names: string[], attributes: RecordedOp['attributes'][], ...wiring: Int32Array[]): object;
	replayTape(tape: object, sources: Int32Array): { id: number; shape: number[]; dtype: number }[];
};

/** The binding that the set-up compiles, with the functions of native/tape.cc. */
type Binding = TFJSBinding & TapeFunctions;

/** Whether recordings can be replayed: TensorFlow is in use, with the binding that the set-up compiles. */
export function hasTapes(): boolean {
	// Asking for our own ops runs one: it must not become part of a recording.
	if (!hasOwnOps()) return false;
	const { binding } = tf.backend() as unknown as { binding: Partial<Binding> };
	return typeof binding.replayTape === 'function';
}

/** A recording that runs in one call, without JavaScript between its ops. */
export class Tape {
	private readonly backend = tf.backend() as unknown as Backend & { binding: Binding };
	private readonly recording: Pick<Recording, 'fed' | 'outside' | 'updates'>;
	/** Freed by the garbage collector. */
	private readonly tape: object;

	constructor({ given, fed, constants, outside, updates, results, ...recording }: Recording) {
		const { binding } = this.backend;
		this.recording = { fed, outside, updates };
		const ops = withoutUnread(recording.ops, [...updates.map(({ value }) => value), ...results]);
		const ids = constants.map(({ shape, type, values }) => binding.createTensor([...shape], type, values));
		this.tape = binding.makeTape(
			ops.map(({ name }) => name),
			ops.map(({ attributes }) => attributes),
			Int32Array.from(ops.flatMap(({ inputs, output, outputs }) => [inputs.length, ...inputs, output, outputs])),
			Int32Array.from([...Array(given).keys(), ...fed.map(({ value }) => value), ...outside.map(({ value }) => value)]),
			Int32Array.from(constants.flatMap(({ value }, i) => [value, ids[i]])),
			Int32Array.from(updates.flatMap(({ variable, value }) => [variable, value])),
			Int32Array.from(results),
		);
		for (const id of ids) binding.deleteTensor(id);
	}

	/** Runs the ops; the caller disposes the results. If one of them fails, all variables keep their values. */
	replay(inputs: readonly tf.Tensor[], variables: readonly tf.Variable[]): tf.Tensor[] {
		const { backend } = this;
		const { binding } = backend;
		const { fed, outside, updates } = this.recording;
		return tf.tidy(() => {
			for (const { variable } of updates) this.unshare(variables[variable]);
			const tensors = [...variables, ...inputs, ...fed.map(({ make }) => make())];
			const ids = [...tensors.map((tensor) => idOf(backend, binding, tensor)), ...outside.map(({ id }) => id)];
			const results = binding.replayTape(this.tape, Int32Array.from(ids));
			return results.map((metadata) => backend.createOutputTensor(metadata));
		});
	}

	/** A replay changes a variable in its place. A clone, which shares it, must keep its values. */
	private unshare(variable: tf.Variable): void {
		const { backend } = this;
		const { binding } = backend;
		if (backend.refCount(variable.dataId) === 1) return;
		const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: backend.getDTypeInteger(variable.dtype) };
		const [copy] = binding.executeOp('Identity', [type], [idOf(backend, binding, variable)], 1);
		const tensor = backend.createOutputTensor(copy);
		variable.assign(tensor);
		tensor.dispose();
	}
}

/** Leaves out the ops whose results nothing reads; those without results are there for their effect. */
function withoutUnread(ops: readonly RecordedOp[], read: readonly number[]): RecordedOp[] {
	const needed = new Set(read);
	const isNeeded = ({ output, outputs }: RecordedOp) =>
		outputs === 0 || Array.from({ length: outputs }, (_, i) => output + i).some((value) => needed.has(value));
	const kept = ops.toReversed().filter((op) => {
		if (!isNeeded(op)) return false;
		for (const input of op.inputs) needed.add(input);
		return true;
	});
	return kept.reverse();
}
