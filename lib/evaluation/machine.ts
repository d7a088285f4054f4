import { cpus } from 'node:os';
import { tf } from '../tensorflow/tf';

/** The machine and the versions that results come from. */
export interface Machine {
	readonly cpu: string;
	readonly cores: number;
	/** Version of Node. */
	readonly node: string;
	/** Version of TensorFlow.js. */
	readonly tfjs: string;
	/** Version of the native TensorFlow library; absent in older files and without it. */
	readonly tensorflow?: string;
}

/** Describes the machine that runs this process. */
export function machine(): Machine {
	const processors = cpus();
	// tfjs-node's types do not declare the binding.
	const { binding } = tf.backend() as { binding?: { TF_Version?: string } };
	return {
		cpu: processors[0]?.model.trim() ?? 'unknown',
		cores: processors.length,
		node: process.version,
		tfjs: tf.version['tfjs-core'],
		...(binding?.TF_Version && { tensorflow: binding.TF_Version }),
	};
}
