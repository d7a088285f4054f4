// @ts-check
import { MAIN, MEGA, NETWORKS } from '../sizes.mjs';

/** @typedef {import('../plan.mjs').Group} Group */
/** @typedef {import('../sizes.mjs').Sizes} Sizes */

const SECTION = 'Data';

/** @param {Sizes} sizes @returns {Group} */
export function augmentation({ imageSize, batchSize, batches }) {
	const options = { network: MAIN, imageSize, batchSize, batches, steps: 3, mixupAlpha: 0.2 };
	const what = `augmentation, all transforms, 48 to ${imageSize} px, batch ${batchSize}`;
	return {
		name: 'augment',
		section: SECTION,
		workers: {
			ours: { file: 'augment.mjs', options },
			keras: { file: 'keras_worker.py', options: { ...options, task: 'augment' } },
		},
		rows: [
			{
				what,
				peer: 'Keras preprocessing layers',
				side: 'keras',
				figure: 'imagesPerSecond',
				better: 'higher',
				unit: 'images/s',
				goal: 3,
			},
			{
				what: 'the same, a batch of it (under 5 % of a step is 20)',
				peer: `a training step, ${NETWORKS[MAIN].title}`,
				side: 'ours',
				figure: 'batchMilliseconds',
				theirFigure: 'stepMilliseconds',
				better: 'lower',
				unit: 'ms',
				goal: 20,
			},
		],
	};
}

/** @param {import('../plan.mjs').Csv} csv @returns {Group} */
export function reading({ file, rows, drawn }) {
	const what = `reading ${drawn ? 'a drawn CSV in the form of fer2013.csv' : 'fer2013.csv'}, ${rows.toLocaleString('en')} rows`;
	const peers = /** @type {const} */ ([
		{ peer: 'pandas, np.fromstring', side: 'pandas' },
		{ peer: 'pandas, str.split', side: 'pandasSplit' },
	]);
	const seconds = /** @type {const} */ ({ what, figure: 'seconds', better: 'lower', unit: 's', goal: 3 });
	const memory = /** @type {const} */ ({ figure: 'peakBytes', better: 'lower', unit: 'MB', divisor: MEGA, goal: 2 });
	return {
		name: 'csv',
		section: SECTION,
		fresh: true,
		workers: {
			ours: { file: 'readCsv.mjs', options: { file } },
			pandas: { file: 'pandas_worker.py', options: { file, split: false } },
			pandasSplit: { file: 'pandas_worker.py', options: { file, split: true } },
		},
		rows: [
			...peers.map((each) => ({ ...seconds, ...each })),
			...peers.map((each) => ({ ...memory, what: 'the same, peak memory', ...each })),
		],
	};
}
