import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import type { TFEOpAttr, TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';
import { tf } from './tf';

/** One TensorFlow op of a recording. The values of a recording have numbers. */
export interface RecordedOp {
	readonly name: string;
	readonly attributes: readonly TFEOpAttr[];
	readonly inputs: readonly number[];
	/** The number of the first result; the others follow. */
	readonly output: number;
	readonly outputs: number;
}

/** A tensor made from values of JavaScript during the recording. */
interface Constant {
	readonly value: number;
	readonly shape: readonly number[];
	/** TensorFlow's number of the type. */
	readonly type: number;
	readonly values: Float32Array | Int32Array | Uint8Array;
}

/** The TensorFlow ops that a computation has run, and where their inputs came from. */
export interface Recording {
	readonly ops: readonly RecordedOp[];
	/** Tensors that the computation was given, numbered from 0. */
	readonly given: number;
	/** Values that each run makes anew. */
	readonly fed: readonly { readonly value: number; readonly make: () => tf.Tensor }[];
	readonly constants: readonly Constant[];
	/** Other tensors from before, by their ids in the binding: handles of resources. */
	readonly outside: readonly { readonly value: number; readonly id: number }[];
	/** The numbers of the given tensors that are variables with a new value, and of these. */
	readonly updates: readonly { readonly variable: number; readonly value: number }[];
	readonly results: readonly number[];
}

/** The members of tfjs-node's backend used here; some are private to the type checker only. */
export interface Backend extends Pick<NodeJSKernelBackend, 'getDTypeInteger' | 'refCount'> {
	binding: TFJSBinding;
	readonly tensorMap: {
		get(dataId: object): { id: number; shape: number[]; dtype: number; values: Constant['values'] | null };
	};
	createOutputTensor(metadata: { id: number; shape: number[]; dtype: number }): tf.Tensor;
}

/** Returns the id of a tensor in a binding; tfjs uploads values only when an op reads them. */
export function idOf({ tensorMap }: Backend, binding: TFJSBinding, { dataId }: tf.Tensor): number {
	const data = tensorMap.get(dataId);
	if (data.values !== null) {
		data.id = binding.createTensor(data.shape, data.dtype, data.values);
		data.values = null;
	}
	return data.id;
}

let recorder: Recorder | undefined;

/** Returns what `make` makes: a value that differs from run to run, and that a replay makes anew by calling `make`. */
export function fed<T extends tf.Tensor>(make: () => T): T {
	return recorder ? recorder.feed(make) : make();
}

/**
 * Runs a computation and records its TensorFlow ops.
 * @param compute Receives the inputs, and returns its results.
 * @param variables Those that it may assign.
 * @returns The results, which the caller disposes, and the recording, unless it did something that cannot be repeated: read a value, for example.
 */
export function record(
	compute: (inputs: tf.Tensor[]) => tf.Tensor[],
	inputs: tf.Tensor[],
	variables: readonly tf.Variable[],
): { results: tf.Tensor[]; recording?: Recording } {
	const recording = new Recorder(tf.backend() as unknown as Backend, [...variables, ...inputs]);
	const outer = recorder;
	recorder = recording;
	try {
		const results = tf.tidy(() => compute(inputs));
		return { results, recording: recording.finish(results, variables) };
	} finally {
		recording.stop();
		recorder = outer;
	}
}

class Recorder {
	private readonly binding: TFJSBinding;
	private readonly observed: TFJSBinding;
	/** The number of each value by the id of its tensor. */
	private readonly numbers = new Map<number, number>();
	private readonly ops: RecordedOp[] = [];
	private readonly fed: Recording['fed'][number][] = [];
	private readonly constants: Constant[] = [];
	private readonly outside: Recording['outside'][number][] = [];
	private readonly given: number;
	private values = 0;
	private repeatable = true;

	constructor(
		private readonly backend: Backend,
		given: readonly tf.Tensor[],
	) {
		this.binding = backend.binding;
		for (const tensor of given) {
			const id = idOf(backend, this.binding, tensor);
			// Which of two names a computation reads by could not be seen.
			if (this.numbers.has(id)) this.repeatable = false;
			this.number(id);
		}
		this.given = given.length;
		this.observed = Object.create(this.binding, {
			executeOp: { value: this.executeOp.bind(this) },
			createTensor: { value: this.createTensor.bind(this) },
			tensorDataSync: { value: this.tensorDataSync.bind(this) },
		});
		backend.binding = this.observed;
	}

	private number(id: number): number {
		this.numbers.set(id, this.values);
		return this.values++;
	}

	private executeOp(...[name, attributes, ids, outputs]: Parameters<TFJSBinding['executeOp']>) {
		const inputs = ids.map((id) => this.numberOf(id));
		const results = this.binding.executeOp(name, attributes, ids, outputs);
		this.ops.push({ name, attributes, inputs, output: this.values, outputs: results.length });
		for (const { id } of results) this.number(id);
		return results;
	}

	private numberOf(id: number): number {
		const known = this.numbers.get(id);
		if (known !== undefined) return known;
		const value = this.number(id);
		this.outside.push({ value, id });
		return value;
	}

	private createTensor(...[shape, type, values]: Parameters<TFJSBinding['createTensor']>): number {
		const id = this.binding.createTensor(shape, type, values);
		// Strings come in an array.
		if (!ArrayBuffer.isView(values)) this.repeatable = false;
		else this.constants.push({ value: this.number(id), shape: [...shape], type, values: values.slice() });
		return id;
	}

	private tensorDataSync(id: number) {
		// What follows may depend on it.
		this.repeatable = false;
		return this.binding.tensorDataSync(id);
	}

	/** Makes a value without recording how. */
	feed<T extends tf.Tensor>(make: () => T): T {
		this.stop();
		try {
			const tensor = make();
			this.fed.push({ value: this.number(idOf(this.backend, this.binding, tensor)), make });
			return tensor;
		} finally {
			this.backend.binding = this.observed;
		}
	}

	stop(): void {
		this.backend.binding = this.binding;
	}

	finish(results: readonly tf.Tensor[], variables: readonly tf.Variable[]): Recording | undefined {
		const numberFor = (tensor: tf.Tensor) => this.numberOf(idOf(this.backend, this.binding, tensor));
		const updates = variables.map((variable, i) => ({ variable: i, value: numberFor(variable) }));
		const { ops, given, fed, constants, outside } = this;
		const changed = updates.filter(({ variable, value }) => variable !== value);
		const recording = { ops, given, fed, constants, updates: changed, results: results.map(numberFor), outside };
		return this.repeatable ? recording : undefined;
	}
}

/** Returns whether two runs of a computation were the same list of ops on the same constants. */
export function isSameRecording(first: Recording, second: Recording): boolean {
	const structure = ({ fed, constants, ...rest }: Recording) => {
		const places = constants.map(({ values: _, ...place }) => place);
		return JSON.stringify({ ...rest, places, fed: fed.map(({ value }) => value) });
	};
	const bytes = ({ values }: Constant) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
	const equal = (constant: Constant, i: number) => bytes(constant).equals(bytes(second.constants[i]));
	return structure(first) === structure(second) && first.constants.every(equal);
}
