import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { tf, WEBGPU_BACKEND } from '../tf';

/** A program for a graphics card, in WGSL. */
interface Shader {
	/** Stands for its code where compiled programs are kept: another code needs another name. */
	readonly name: string;
	/** The names of its inputs, in their order. All are `array<f32>`; `uniforms.<name>Shape` is the shape of one. */
	readonly inputs: readonly string[];
	/** Threads of a group, along x and y. */
	readonly group: readonly [x: number, y: number];
	/** Numbers, as `uniforms.<name>`: `i32` or `f32`. */
	readonly integers?: readonly string[];
	readonly floats?: readonly string[];
	/**
	 * Functions, the last of which is `main`, which writes to `result`. `fn main(index : i32)` is called for each index, and
	 * some beyond the last; with several groups along y, `fn main()` reads `workgroupId`, `localId` and `localIndex`.
	 */
	readonly code: string;
}

/** One run of a shader. */
interface Run {
	readonly inputs: readonly tf.TensorInfo[];
	readonly outputShape: readonly number[];
	/** Groups of threads along x and y; for `main(index)` the number of indices instead. */
	readonly size: number | readonly [x: number, y: number];
	/** The values of its numbers. */
	readonly numbers?: Readonly<Record<string, number>>;
}

/** Runs a shader and returns its output, float32, which the caller disposes; nothing is computed yet. */
export type RunShader = (shader: Shader, run: Run) => tf.TensorInfo;

/** What a kernel here works with. */
interface Call<Inputs, Attributes> {
	readonly inputs: Inputs;
	readonly attributes: Attributes;
	readonly run: RunShader;
	readonly backend: WebGPUBackend;
	/** Disposes tensors that are not returned. */
	readonly dispose: (...tensors: readonly tf.TensorInfo[]) => void;
}

/**
 * Registers a kernel for tfjs's WebGPU backend, under the name of the one that does the same for TensorFlow. tfjs's own
 * programs are classes with members that tfjs sets; `Shader` has what differs.
 */
export function registerShaderKernel<
	Inputs = Record<string, tf.TensorInfo>,
	Attributes = Record<string, number | boolean>,
>(kernelName: string, kernel: (call: Call<Inputs, Attributes>) => tf.TensorInfo | tf.TensorInfo[]): void {
	tf.registerKernel({
		kernelName,
		backendName: WEBGPU_BACKEND,
		kernelFunc: ({ inputs, attrs, backend: given }) => {
			const backend = given as WebGPUBackend;
			const dispose = (...tensors: readonly tf.TensorInfo[]) => {
				for (const { dataId } of tensors) backend.disposeData(dataId);
			};
			const call = { run: runner(backend), backend, dispose };
			return kernel({ ...call, inputs: inputs as Inputs, attributes: attrs as Attributes });
		},
	});
}

/** Whether the backend in use has a kernel of this project by that name. */
export const hasShaderKernel = (name: string): boolean =>
	tf.getBackend() === WEBGPU_BACKEND && tf.getKernel(name, WEBGPU_BACKEND) !== undefined;

function runner(backend: WebGPUBackend): RunShader {
	return ({ name, inputs, group, integers = [], floats = [], code }, run) => {
		const isFlat = typeof run.size === 'number';
		const [across, down] = typeof run.size === 'number' ? [Math.ceil(run.size / group[0]), 1] : run.size;
		const numbers = [
			...integers.map((each) => ({ name: each, type: 'int32' })),
			...floats.map((each) => ({ name: each, type: 'float32' })),
		];
		const program = {
			outputShape: [...run.outputShape],
			shaderKey: `fer ${name}`,
			variableNames: [...inputs],
			uniforms: numbers.map((each) => `${each.name} : ${each.type === 'int32' ? 'i32' : 'f32'},`).join(' '),
			dispatchLayout: isFlat ? { x: [0] } : { x: [0], y: [1] },
			dispatch: [across, down, 1] as [number, number, number],
			workgroupSize: [group[0], group[1], 1] as [number, number, number],
			getUserCode: () => code,
		};
		const uniforms = numbers.map((each) => ({ type: each.type, data: [run.numbers?.[each.name] ?? 0] }));
		return backend.runWebGPUProgram(program, [...run.inputs], 'float32', uniforms);
	};
}
