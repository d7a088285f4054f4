import { isNative, tf } from './tf';

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
