import { tf } from '../../lib/tensorflow/tf';

/** What is registered with tfjs: kernels as «backend: name», gradients as «gradient: name». */
export type Registrations = ReadonlyMap<string, unknown>;

/** How two states of the registers differ. */
export interface Change {
	readonly added: string[];
	/** The same name with another function behind it, or with none. */
	readonly replaced: string[];
}

/** The kernel names that tfjs knows, with or without a kernel: its constants (`tf.Relu6`) hold their own name. */
const STOCK_NAMES = Object.entries(tf).flatMap(([key, value]) => (key === value ? [key] : []));

/** Reads the registers of both backends and of the gradients as they are now. */
export function registrations(): Registrations {
	const found = new Map<string, unknown>();
	const names = new Set(STOCK_NAMES);
	for (const backendName of ['tensorflow', 'cpu']) {
		for (const { kernelName, kernelFunc } of tf.getKernelsForBackend(backendName)) {
			found.set(`${backendName}: ${kernelName}`, kernelFunc);
			names.add(kernelName);
		}
	}
	for (const name of names) {
		const gradient = tf.getGradient(name);
		if (gradient) found.set(`gradient: ${name}`, gradient.gradFunc);
	}
	return found;
}

/** Compares two states of the registers. */
export function compareRegistrations(before: Registrations, after: Registrations): Change {
	return {
		added: [...after.keys()].filter((name) => !before.has(name)).sort(),
		replaced: [...before.keys()].filter((name) => before.get(name) !== after.get(name)).sort(),
	};
}
