import type { Group } from '../group';
import { GIGA, NETWORKS, type Sizes } from '../sizes';

const SECTION = 'Training';

/**
 * Plans fine-tuning of a network beside its peers.
 * @param frozen Whether batch normalization is frozen.
 */
export function training(network: string, frozen: boolean, { imageSize, batchSize, steps, stockSteps }: Sizes): Group {
	const options = { task: 'train', network, frozen, imageSize, batchSize, steps, warmUp: 3 } as const;
	const { title } = NETWORKS[network];
	const kind = frozen ? 'fine-tuning, batch norm frozen' : 'fine-tuning, all layers';
	const what = `${kind}, ${imageSize}x${imageSize}, batch ${batchSize}, ${title}`;
	const speed = { what, figure: 'imagesPerSecond', better: 'higher', unit: 'images/s' } as const;
	const same = `the same, peak memory, ${title}`;
	const memory = { what: same, figure: 'peakBytes', better: 'lower', unit: 'GB', divisor: GIGA } as const;
	const ours = { file: 'train.js', options };
	const keras = { file: 'keras_worker.py', options };
	if (frozen) {
		const beside = { peer: 'Keras, batch norm not trainable', side: 'keras' } as const;
		const rows = [
			{ ...speed, ...beside, goal: 1.1 },
			{ ...memory, ...beside },
		];
		return { name: `train-frozen-${network}`, section: SECTION, workers: { ours, keras }, rows };
	}
	const peers = [
		{ peer: 'Keras', side: 'keras', speedGoal: 1.3, memoryGoal: 1 },
		{ peer: 'stock tfjs-node', side: 'stock', speedGoal: 6, memoryGoal: undefined },
		{ peer: 'PyTorch', side: 'torch', speedGoal: undefined, memoryGoal: undefined },
	] as const;
	const stock = { file: 'stock.js', options: { ...options, steps: stockSteps, warmUp: 1 } };
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

/** Plans phase 1 of a network beside Keras. */
export function head(network: string, { imageSize, head: options }: Sizes): Group {
	const all = { ...options, network, imageSize };
	const { images, epochs } = options;
	const what = `phase 1 on stored features, whole phase, ${images} images, ${epochs} epochs, ${NETWORKS[network].title}`;
	return {
		name: 'head',
		section: SECTION,
		workers: {
			ours: { file: 'head.js', options: all },
			keras: { file: 'keras_worker.py', options: { ...all, task: 'head' } },
		},
		rows: [{ what, peer: 'Keras, frozen base', side: 'keras', figure: 'seconds', better: 'lower', unit: 's', goal: 5 }],
	};
}
