import { tf } from '../tensorflow/tf';
import { backbone as backboneOf } from './backbones/registry';
import { buildClassifier, type Classifier, type ClassifierOptions } from './classifier';
import { loadPretrained, locatePretrained } from './weights/pretrained';

/** What a classifier starts from; only `classes` is required. */
export interface CreateOptions extends Partial<Omit<ClassifierOptions, 'classes'>> {
	readonly classes: number;
	/** `imagenet` for the published weights, `random` for none, or the path of a weight file. Default `imagenet`. */
	readonly weights?: string;
	/** Folder that contains `data/weights` and `.venv`. Default: the folder of this library's package.json. */
	readonly projectFolder?: string;
}

/**
 * Creates a classifier: a pretrained backbone with a new head.
 * @param name Name in `BACKBONES`.
 * @param options The rates default to 0 and the seed to 42. The same seed gives the same weights.
 * @returns A model that the caller disposes: `model.dispose()` and `head.dispose()`.
 * @throws {RangeError} If there is no such backbone.
 * @throws {DataError} If the pretrained weights are missing, differ from the published ones or do not fit.
 * @example
 * ```ts
 * const classifier = await fer.createClassifier('efficientnet-lite0', { classes: 7, dropoutRate: 0.3 });
 * classifier.model.outputs[0].shape; // [null, 7]
 * classifier.model.countParams(); // 3421991
 * ```
 */
export async function createClassifier(name: string, options: CreateOptions): Promise<Classifier> {
	const { classes, weights = 'imagenet', dropoutRate = 0, stochasticDepthRate = 0, seed = 42 } = options;
	const backbone = backboneOf(name);
	// Before the network is built, since this may fail.
	const path = weights === 'imagenet' ? locatePretrained(backbone, options.projectFolder) : weights;
	const classifier = buildClassifier(backbone, { classes, dropoutRate, stochasticDepthRate, seed });
	if (weights === 'random') drawKernels(classifier.base, seed);
	else await loadPretrained(classifier.base, backbone, path);
	return classifier;
}

/** Draws the kernels again from a seed: tfjs's own draw is unseeded. */
function drawKernels({ layers }: tf.LayersModel, seed: number): void {
	for (const [i, layer] of layers.entries()) {
		const { depthwiseInitializer, kernelInitializer } = layer.getConfig();
		const { className, config } = (depthwiseInitializer ?? kernelInitializer ?? {}) as {
			className?: string;
			config: object;
		};
		// Layer scales start from a constant.
		if (className !== 'VarianceScaling') continue;
		const initializer = tf.initializers.varianceScaling({ ...config, seed: seed + i } as VarianceScaling);
		const [kernel] = layer.weights;
		tf.tidy(() => void kernel.write(initializer.apply(kernel.shape as number[])));
	}
}

type VarianceScaling = Parameters<typeof tf.initializers.varianceScaling>[0];
