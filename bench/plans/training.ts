// @ts-check
import { GIGA, NETWORKS } from '../sizes.mjs';

/** @typedef {import('../plan.mjs').Group} Group */
/** @typedef {import('../sizes.mjs').Sizes} Sizes */

const SECTION = 'Training';

/**
 * Plans fine-tuning of one network beside its peers.
 * @param {string} network
 * @param {boolean} frozen Whether batch normalisation is frozen.
 * @param {Sizes} sizes
 * @returns {Group}
 */
export function training(network, frozen, { imageSize, batchSize, steps, stockSteps }) {
	const options = { network, frozen, imageSize, batchSize, steps, warmUp: 3 };
	const { title } = NETWORKS[network];
	const kind = frozen ? 'fine-tuning, batch norm frozen' : 'fine-tuning, all layers';
	const what = `${kind}, ${imageSize}x${imageSize}, batch ${batchSize}, ${title}`;
	const speed = /** @type {const} */ ({ what, figure: 'imagesPerSecond', better: 'higher', unit: 'images/s' });
	const memory = /** @type {const} */ ({
		what: `the same, peak memory, ${title}`,
		figure: 'peakBytes',
		better: 'lower',
		unit: 'GB',
		divisor: GIGA,
	});
	const ours = { file: 'train.mjs', options };
	const keras = { file: 'keras_worker.py', options: { ...options, task: 'train' } };
	if (frozen) {
		const beside = /** @type {const} */ ({ peer: 'Keras, batch norm not trainable', side: 'keras' });
		const rows = [
			{ ...speed, ...beside, goal: 1.1 },
			{ ...memory, ...beside },
		];
		return { name: `train-frozen-${network}`, section: SECTION, workers: { ours, keras }, rows };
	}
	const peers = /** @type {const} */ ([
		{ peer: 'Keras', side: 'keras', speedGoal: 1.3, memoryGoal: 1 },
		{ peer: 'stock tfjs-node', side: 'stock', speedGoal: 6, memoryGoal: undefined },
		{ peer: 'PyTorch', side: 'torch', speedGoal: undefined, memoryGoal: undefined },
	]);
	const stock = { file: 'stock.mjs', options: { ...options, task: 'train', steps: stockSteps, warmUp: 1 } };
	return {
		name: `train-${network}`,
		section: SECTION,
		workers: { ours, keras, stock, torch: { file: 'torch_worker.py', options } },
		rows: [
			...peers.map(({ peer, side, speedGoal }) => ({ ...speed, peer, side, goal: speedGoal })),
			...peers.map(({ peer, side, memoryGoal }) => ({ ...memory, peer, side, goal: memoryGoal })),
		],
	};
}

/**
 * @param {string} network
 * @param {Sizes} sizes
 * @returns {Group}
 */
export function head(network, { imageSize, head: options }) {
	const all = { ...options, network, imageSize };
	const { images, epochs } = options;
	const what = `phase 1 on stored features, whole phase, ${images} images, ${epochs} epochs, ${NETWORKS[network].title}`;
	return {
		name: 'head',
		section: SECTION,
		workers: {
			ours: { file: 'head.mjs', options: all },
			keras: { file: 'keras_worker.py', options: { ...all, task: 'head' } },
		},
		rows: [{ what, peer: 'Keras, frozen base', side: 'keras', figure: 'seconds', better: 'lower', unit: 's', goal: 5 }],
	};
}
