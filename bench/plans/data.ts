import { formatCount } from '../../lib/format';
import type { Group } from '../group';
import type { Csv } from '../plan';
import { MAIN, MEGA, NETWORKS, type Sizes } from '../sizes';

const SECTION = 'Data';

/** Plans augmentation beside Keras's layers and beside a training step. */
export function augmentation({ imageSize, batchSize, batches }: Sizes): Group {
	const options = { network: MAIN, imageSize, batchSize, batches, steps: 3, mixupAlpha: 0.2 };
	return {
		name: 'augment',
		section: SECTION,
		workers: {
			ours: { file: 'augment.js', options },
			keras: { file: 'keras_worker.py', options: { ...options, task: 'augment' } },
		},
		rows: [
			{
				what: `augmentation, all transforms, 48 to ${imageSize} px, batch ${batchSize}`,
				...{ peer: 'Keras preprocessing layers', side: 'keras' },
				...{ figure: 'imagesPerSecond', better: 'higher', unit: 'images/s', goal: 3 },
			},
			{
				what: 'the same, a batch of it (under 5 % of a step is 20)',
				...{ peer: `a training step, ${NETWORKS[MAIN].title}`, side: 'ours' },
				...{ figure: 'batchMilliseconds', theirFigure: 'stepMilliseconds', better: 'lower', unit: 'ms', goal: 20 },
			},
		],
	};
}

/** Plans reading fer2013.csv beside pandas. */
export function reading({ file, rows, drawn }: Csv): Group {
	const what = `reading ${drawn ? 'a drawn CSV in the form of fer2013.csv' : 'fer2013.csv'}, ${formatCount(rows)} rows`;
	const peers = [
		{ peer: 'pandas, np.fromstring', side: 'pandas' },
		{ peer: 'pandas, str.split', side: 'pandasSplit' },
	] as const;
	const seconds = { what, figure: 'seconds', better: 'lower', unit: 's', goal: 3 } as const;
	const memory = { figure: 'peakBytes', better: 'lower', unit: 'MB', divisor: MEGA, goal: 2 } as const;
	return {
		name: 'csv',
		section: SECTION,
		fresh: true,
		workers: {
			ours: { file: 'readCsv.js', options: { file } },
			pandas: { file: 'pandas_worker.py', options: { file, split: false } },
			pandasSplit: { file: 'pandas_worker.py', options: { file, split: true } },
		},
		rows: [
			...peers.map((each) => ({ ...seconds, ...each })),
			...peers.map((each) => ({ ...memory, what: 'the same, peak memory', ...each })),
		],
	};
}
