import { readFileSync } from 'node:fs';

/** Specs that fail beside those that upstream leaves out, with this project's kernels and without: name and cause. */
const MORE: Readonly<Record<string, string>> = {
	'round test-tensorflow {} int32': 'TensorFlow 2.20 rounds every int32 to 0, in Python too (tf.raw_ops.Round)',
	'depthwiseConv2d gradients test-tensorflow {} throws error on dilations > 1':
		'it throws, but in other words: TensorFlow refuses dilations before tfjs’s gradient does',
};

/**
 * Reads the list of what upstream's own runner leaves out on TensorFlow: parts of specs' names, each with its reason
 * there. Most are ops without a kernel in tfjs-node, or paddings and layouts without one in TensorFlow for CPUs.
 */
function leftOutUpstream(): string[] {
	const text = readFileSync(require.resolve('@tensorflow/tfjs-node-gpu/dist/run_tests.js'), 'utf8');
	const [, list] = text.split(/var IGNORE_LIST = \[|^\];/m);
	return Array.from(list.matchAll(/^ {4}'(.+)',$/gm), ([, part]) => part);
}

/** Whether a spec may fail: it does on TensorFlow as tfjs comes. `image.transform`, which upstream leaves out, may not. */
export function mayFail(): (name: string) => boolean {
	const parts = leftOutUpstream().filter((part) => part !== 'image.transform');
	return (name) => name in MORE || parts.some((part) => name.includes(part));
}
