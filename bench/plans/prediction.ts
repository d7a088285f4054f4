// @ts-check
import { NETWORKS } from '../sizes.mjs';

/** @typedef {import('../plan.mjs').Group} Group */
/** @typedef {import('../plan.mjs').RowPlan} RowPlan */
/** @typedef {import('../sizes.mjs').Sizes} Sizes */

/**
 * @param {string} network
 * @param {Sizes} sizes
 * @returns {Group}
 */
export function prediction(network, { imageSize, faces, calls, predictCalls }) {
	const options = { network, imageSize, faces, calls, predictCalls };
	const { title } = NETWORKS[network];
	const many = /** @type {const} */ ({
		what: `prediction with the mirrored view, ${faces.toLocaleString('en')} faces, ${title}`,
		figure: 'imagesPerSecond',
		better: 'higher',
		unit: 'faces/s',
	});
	/** @param {'P50' | 'P99'} part @returns {RowPlan[]} */
	const latency = (part) => {
		const common = /** @type {const} */ ({
			what: `one face, latency ${part.toLowerCase()}, ${title}`,
			figure: `latency${part}`,
			better: 'lower',
			unit: 'ms',
			goal: 2,
		});
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
			ours: { file: 'predict.mjs', options },
			keras: { file: 'keras_worker.py', options: { ...options, task: 'predict', batchSize: 32 } },
			stock: { file: 'stock.mjs', options: { ...options, task: 'predict', batchSize: 32 } },
		},
		rows: [
			{ ...many, peer: 'Keras, predict', side: 'keras', goal: 1.5 },
			{ ...many, peer: 'stock tfjs-node', side: 'stock' },
			...latency('P50'),
			...latency('P99'),
		],
	};
}
