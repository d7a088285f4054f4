import { formatCount } from '../../lib/format';
import type { Group, RowPlan } from '../group';
import { NETWORKS, type Sizes } from '../sizes';

/** Plans prediction of many faces, and of one face at a time, beside Keras and the stock library. */
export function prediction(network: string, { imageSize, faces, calls, predictCalls }: Sizes): Group {
	const options = { network, imageSize, faces, calls, predictCalls };
	const { title } = NETWORKS[network];
	const what = `prediction with the mirrored view, ${formatCount(faces)} faces, ${title}`;
	const many = { what, figure: 'imagesPerSecond', better: 'higher', unit: 'faces/s' } as const;
	const latency = (part: 'P50' | 'P99'): RowPlan[] => {
		const what = `one face, latency ${part.toLowerCase()}, ${title}`;
		const common = { what, figure: `latency${part}`, better: 'lower', unit: 'ms', goal: 2 } as const;
		return [
			{ ...common, peer: 'Keras, compiled call', side: 'keras' },
			{ ...common, peer: 'Keras, predict', side: 'keras', theirFigure: `predictLatency${part}` },
			{ ...common, peer: 'stock tfjs-node', side: 'stock' },
		];
	};
	return {
		name: `predict-${network}`,
		section: 'Prediction',
		workers: {
			ours: { file: 'predict.js', options },
			keras: { file: 'keras_worker.py', options: { ...options, task: 'predict', batchSize: 32 } },
			stock: { file: 'stock.js', options: { ...options, task: 'predict', batchSize: 32 } },
		},
		rows: [
			{ ...many, peer: 'Keras, predict', side: 'keras', goal: 1.5 },
			{ ...many, peer: 'stock tfjs-node', side: 'stock' },
			...latency('P50'),
			...latency('P99'),
		],
	};
}
