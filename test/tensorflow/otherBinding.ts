import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';
import { tf } from '../../lib/tensorflow/tf';

/** Runs tests' work with a binding that lacks functions, like one that somebody else compiled. */
export async function withoutFunctions<T>(missing: readonly string[], work: () => T | Promise<T>): Promise<T> {
	const backend = tf.backend() as unknown as { binding: TFJSBinding };
	const { binding } = backend;
	const names = Object.getOwnPropertyNames(binding).filter((name) => !missing.includes(name));
	backend.binding = Object.fromEntries(names.map((name) => [name, Reflect.get(binding, name)])) as never;
	try {
		return await work();
	} finally {
		backend.binding = binding;
	}
}

/** Runs work in which nothing is replayed: every op is called from JavaScript. */
export const withoutTapes = <T>(work: () => T | Promise<T>): Promise<T> => withoutFunctions(['replayTape'], work);
