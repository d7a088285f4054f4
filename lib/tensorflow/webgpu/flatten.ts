import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { tf } from '../tf';
import { registerShaderKernel } from './shader';

const FLOAT_BYTES = 4;
const sizeOf = ({ shape }: tf.TensorInfo) => shape.reduce((product, side) => product * side, 1);

/** Copies parts between tensors on the card, after what is queued: no program, and no limit on the number of tensors. */
function copyParts(
	backend: WebGPUBackend,
	parts: readonly { from: tf.TensorInfo; at: number; to: tf.TensorInfo; toAt: number; size: number }[],
): void {
	const bufferOf = ({ dataId }: tf.TensorInfo) => {
		backend.uploadToGPU(dataId);
		return backend.tensorMap.get(dataId).resource as GPUBuffer;
	};
	const buffers = parts.map(({ from, to }) => [bufferOf(from), bufferOf(to)]);
	backend.ensureCommandEncoderReady();
	backend.endComputePassEncoder();
	backend.submitQueue();
	const encoder = backend.device.createCommandEncoder();
	for (const [i, { at, toAt, size }] of parts.entries()) {
		if (size === 0) continue;
		const [source, target] = buffers[i];
		encoder.copyBufferToBuffer(source, at * FLOAT_BYTES, target, toAt * FLOAT_BYTES, size * FLOAT_BYTES);
	}
	backend.queue.submit([encoder.finish()]);
}

/** Where each tensor begins in the vector of all. */
function starts(tensors: readonly tf.TensorInfo[]): number[] {
	let start = 0;
	return tensors.map((tensor) => {
		const own = start;
		start += sizeOf(tensor);
		return own;
	});
}

registerShaderKernel('Flatten', ({ inputs, backend }) => {
	const tensors = Object.values(inputs);
	const total = tensors.reduce((sum, tensor) => sum + sizeOf(tensor), 0);
	const vector = backend.makeTensorInfo([total], 'float32');
	const at = starts(tensors);
	const parts = tensors.map((from, i) => ({ from, at: 0, to: vector, toAt: at[i], size: sizeOf(from) }));
	copyParts(backend, parts);
	return vector;
});

/** Takes the vector, then tensors of the shapes of its parts. */
registerShaderKernel('Unflatten', ({ inputs, backend }) => {
	const { vector, ...like } = inputs;
	const tensors = Object.values(like);
	const at = starts(tensors);
	const parts = tensors.map(({ shape }) => backend.makeTensorInfo(shape, 'float32'));
	copyParts(
		backend,
		parts.map((to, i) => ({ from: vector, at: at[i], to, toAt: 0, size: sizeOf(to) })),
	);
	return parts;
});
