import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isNative, tf } from './tf';

type Collect = (options?: { readonly type: 'minor' }) => void;

let collector: Collect | undefined;

/**
 * Frees what JavaScript no longer reads, in about 20 ms. Node puts this off while its own heap is small, whatever the
 * pixels and weights outside of that heap take.
 */
export function collectGarbage(): void {
	collector ??= openCollector();
	collector();
	// A collection frees what lies outside of the heap beside the program's work, and the next one waits until that is done.
	collector({ type: 'minor' });
}

/** Node hands its collector out only with this flag, which also works after the start. */
function openCollector(): Collect {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as Collect;
	setFlagsFromString('--no-expose-gc');
	return collect;
}

/**
 * Returns freed memory to the system, which glibc would keep: after a window of a large photo up to 80 MB.
 *
 * Does nothing on other systems or without the binding that the set-up compiles.
 */
export function returnFreedMemory(): void {
	if (!isNative()) return;
	const { binding } = tf.backend() as unknown as { binding: { returnFreedMemory?(): void } };
	binding.returnFreedMemory?.();
}

/**
 * Copies tensors into TensorFlow's memory, which tfjs otherwise does when an op first reads them. The values in JavaScript
 * are then garbage.
 */
export function moveToTensorFlow(tensors: readonly tf.Tensor[]): void {
	for (const tensor of tensors) {
		const ones = tensor.shape.map(() => 1);
		tf.dispose(
			tf.slice(
				tensor,
				tensor.shape.map(() => 0),
				ones,
			),
		);
	}
}
