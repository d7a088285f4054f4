import { totalmem } from 'node:os';
import type { Config } from '../config';
import type { Dataset } from '../data/dataset';
import type { Split } from '../data/split';
import type { Classifier } from '../model/classifier';
import type { tf } from '../tensorflow/tf';
import { headImages } from './headImages';

const FLOAT_BYTES = 4;

/** The memory of this machine, or what a container may use of it, in bytes. */
function availableMemory(): number {
	return Math.min(totalmem(), process.constrainedMemory?.() || Number.POSITIVE_INFINITY);
}

/** Counts the values of all convolutions' outputs for one image that are kept for the gradient. */
function activations(model: tf.LayersModel, imageSize: number): number {
	const shapes = new Map<number, tf.Shape>();
	let [values, isTrained] = [0, false];
	for (const layer of model.layers) {
		const { inputTensors, outputTensors } = layer.inboundNodes[0];
		const inputs = inputTensors.map(({ id }) => shapes.get(id) as tf.Shape);
		const isInput = layer.getClassName() === 'InputLayer';
		const output = isInput
			? [1, imageSize, imageSize, 3]
			: (layer.computeOutputShape(inputs.length === 1 ? inputs[0] : inputs) as tf.Shape);
		shapes.set(outputTensors[0].id, output);
		isTrained ||= layer.trainableWeights.length > 0;
		if (isTrained && layer.getClassName().endsWith('Conv2D')) {
			values += output.reduce<number>((product, side) => product * (side ?? 1), 1);
		}
	}
	return values;
}

/** Estimates, from below, the memory of phase 2 in bytes: what the gradient needs of one batch. */
export function phase2Bytes({ model }: Pick<Classifier, 'model'>, batchSize: number, imageSize: number): number {
	return activations(model, imageSize) * batchSize * FLOAT_BYTES;
}

/**
 * Refuses a training that certainly needs more memory than there is: the system would end it without a message.
 * @param data The training images; the pixels of all images, which take memory too unless they are in a file.
 * @param available In bytes. Default: what this machine has.
 * @throws {RangeError} With the estimate.
 */
export function checkMemory(
	classifier: Pick<Classifier, 'model' | 'head'>,
	config: Config,
	data: Pick<Split, 'train'> & Partial<Pick<Dataset, 'pixels'>>,
	available = availableMemory(),
): void {
	const { train, pixels } = data;
	const { imageSizes, imagesPerEpoch } = config.phase2;
	const batchSize = Math.min(config.phase2.batchSize, imagesPerEpoch || train.length, train.length);
	const imageSize = Math.max(config.imageSize, ...imageSizes.map(({ size }) => size));
	const features = classifier.head.inputs[0].shape[1] as number;
	// Each training image and its mirror image.
	const examples = 2 * headImages(config, { pixels, train, features });
	const held = pixels instanceof Uint8Array ? pixels.length : 0;
	const needs = [
		{
			field: 'phase2.batchSize',
			given: `${batchSize} images of ${imageSize} px`,
			bytes: phase2Bytes(classifier, batchSize, imageSize),
			remedy: 'Lower it or the image size.',
		},
		{
			field: 'phase1.images',
			given: `the features of ${examples} images`,
			bytes: examples * features * FLOAT_BYTES,
			remedy: 'Set fewer.',
		},
	];
	for (const { field, given, bytes: more, remedy } of needs) {
		const bytes = held + more;
		if (bytes <= available) continue;
		const [most, least] = [available, bytes].map((each) => `${(each / 1e9).toFixed(1)} GB`);
		throw new RangeError(
			`Expected a training that fits into ${most} of memory for config.${field} but received ${given}, ` +
				`which need at least ${least}. ${remedy}`,
		);
	}
}
