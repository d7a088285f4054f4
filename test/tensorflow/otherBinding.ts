import { tf } from '../../lib/tensorflow/tf';

/** Runs work with a binding that somebody else compiled: nothing is replayed, every op is called from JavaScript. */
export async function withoutTapes<T>(work: () => T | Promise<T>): Promise<T> {
	const backend = tf.backend() as unknown as { binding: object };
	const { binding } = backend;
	backend.binding = Object.create(binding, { replayTape: { value: undefined } });
	try {
		return await work();
	} finally {
		backend.binding = binding;
	}
}
