import { cpus } from 'node:os';
import { tf } from '../tensorflow/tf';

/** The processor, and the versions of Node, tfjs and the native TensorFlow library (absent in older files). */
export type Machine = ReturnType<typeof machine>;

/** Describes the machine that runs this process. */
export function machine() {
	const processors = cpus();
	const { binding } = tf.backend() as { readonly binding?: { readonly TF_Version?: string } };
	return {
		cpu: processors[0]?.model.trim() ?? 'unknown',
		cores: processors.length,
		node: process.version,
		tfjs: tf.version['tfjs-core'],
		// Absent from tfjs's own backends.
		...(binding?.TF_Version && { tensorflow: binding.TF_Version }),
	};
}
