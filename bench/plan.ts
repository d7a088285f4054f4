import { join } from 'node:path';
import { formatCount } from '../lib/format';
import type { Csv } from './csvFile';
import type { PhotoFile } from './photoFiles';
import type { Group, RowPlan } from './rows';
import { DENSE, MAIN, NETWORKS, type Sizes, sizesOf, titleOf } from './sizes';

/** The files that workers read. */
interface Files {
	/** Folder for networks as ONNX files. */
	readonly folder: string;
	readonly csv: Csv;
	readonly photos: readonly PhotoFile[];
}

/** Plans the groups of a run; `quick` only proves that everything runs. */
export function planGroups({ quick, csv, photos, folder }: { quick: boolean } & Files): Group[] {
	const sizes = sizesOf(quick);
	const networks = Object.keys(NETWORKS);
	return [
		...[...networks, DENSE].map((network) => training(network, false, sizes)),
		...networks.map((network) => training(network, true, sizes)),
		head('efficientnet-lite0', sizes),
		...networks.map((network) => prediction(network, { ...sizes, file: join(folder, `${network}.onnx`) })),
		augmentation(sizes),
		largeData(sizes),
		reading(csv),
		...photos.slice(1).map((photo, i) => readingPhoto(photo, photos[0], i + 1)),
		byBatchSize(sizes),
		byImageSize(sizes),
		bySteps(sizes),
		limits(sizes),
	];
}

/** Goals of fine-tuning, by network: how many times as fast as Keras, as Keras with batch norm frozen, as the stock library. */
const SPEED_GOALS: Readonly<Record<string, Readonly<Record<'keras' | 'frozen' | 'stock', number>>>> = {
	'mobilenet-v2': { keras: 1.6, frozen: 1.2, stock: 8 },
	'efficientnet-lite0': { keras: 1.5, frozen: 1.1, stock: 6.5 },
};

/** Plans fine-tuning of a network beside its peers; with `frozen` batch normalization, beside Keras alone. */
function training(network: string, frozen: boolean, sizes: Sizes): Group {
	const { imageSize, batchSize, stockSteps } = sizes;
	const isDense = network === DENSE;
	const kind = frozen ? 'fine-tuning, batch norm frozen' : 'fine-tuning, all layers';
	const what = `${kind}, ${imageSize}x${imageSize}, batch ${batchSize}, ${titleOf(network)}`;
	const speed = { what, figure: 'imagesPerSecond', unit: 'images/s' } as const;
	const memory = { what: `the same, peak memory, ${titleOf(network)}`, figure: 'peakBytes', unit: 'GB' } as const;
	const goals: Partial<(typeof SPEED_GOALS)[string]> = SPEED_GOALS[network] ?? {};
	const keras = { peer: 'Keras', side: 'keras', goals: [goals.keras, isDense ? undefined : 1.3] } as const;
	const stock = { peer: 'stock tfjs-node', side: 'stock', goals: [goals.stock, undefined] } as const;
	const torchGoals = [isDense ? undefined : 1.3, isDense ? undefined : 1] as const;
	const torch = [
		{ peer: 'PyTorch', side: 'torch', goals: torchGoals },
		{ peer: 'PyTorch, bfloat16 autocast', side: 'torchHalf', goals: torchGoals },
	] as const;
	const frozenKeras = {
		peer: 'Keras, batch norm not trainable',
		side: 'keras',
		goals: [goals.frozen, undefined],
	} as const;
	const peers = frozen ? [frozenKeras] : [keras, ...(isDense ? [] : [stock]), ...torch];
	// A step of the dense network takes as long as many of the others.
	const steps = isDense ? { steps: stockSteps, warmUp: 1 } : { warmUp: 3 };
	const options = { ...sizes, ...steps, task: 'train', network, frozen } as const;
	const both = { ours: { file: 'train.js', options }, keras: { file: 'keras_worker.py', options } };
	const inTorch = (autocast: boolean) => ({ file: 'torch_worker.py', options: { ...options, autocast } });
	const others = {
		...(isDense ? {} : { stock: { file: 'stock.js', options: { ...options, steps: stockSteps, warmUp: 1 } } }),
		...{ torch: inTorch(false), torchHalf: inTorch(true) },
	};
	return {
		name: frozen ? `train-frozen-${network}` : `train-${network}`,
		section: 'Training',
		workers: frozen ? both : { ...both, ...others },
		rows: [speed, memory].flatMap((figure, index) =>
			peers.map(({ peer, side, goals }) => ({ ...figure, peer, side, goal: goals[index] })),
		),
	};
}

/** Plans phase 1 of a network beside Keras. */
function head(network: string, { imageSize, head: sizes }: Sizes): Group {
	const options = { ...sizes, network, imageSize };
	const { images, epochs } = sizes;
	const what = `phase 1 on stored features, whole phase, ${images} images, ${epochs} epochs, ${titleOf(network)}`;
	return {
		name: 'head',
		section: 'Training',
		workers: {
			ours: { file: 'head.js', options },
			keras: { file: 'keras_worker.py', options: { ...options, task: 'head' } },
		},
		rows: [{ what, peer: 'Keras, frozen base', side: 'keras', figure: 'seconds', unit: 's', goal: 6 }],
	};
}

/** Plans prediction of many faces, and of one face at a time, beside Keras, ONNX Runtime, PyTorch and the stock library. */
function prediction(network: string, sizes: Sizes & { readonly file: string }): Group {
	const options = { ...sizes, network };
	const beside = { ...options, task: 'predict', batchSize: 32 } as const;
	const title = titleOf(network);
	const what = `prediction with the mirrored view, ${formatCount(sizes.faces)} faces, ${title}`;
	const many = { what, figure: 'imagesPerSecond', unit: 'faces/s' } as const;
	const latency = (['P50', 'P99'] as const).flatMap((part): RowPlan[] => {
		const one = {
			what: `one face, latency ${part.toLowerCase()}, ${title}`,
			figure: `latency${part}`,
			unit: 'ms',
		} as const;
		return [
			{ ...one, peer: 'Keras, compiled call', side: 'keras', goal: { P50: 1.6, P99: 1.3 }[part] },
			{ ...one, peer: 'Keras, predict', side: 'keras', theirFigure: `predictLatency${part}`, goal: 2 },
			{ ...one, peer: 'ONNX Runtime', side: 'onnx', goal: 0.9 },
			{ ...one, peer: 'stock tfjs-node', side: 'stock', goal: 2 },
		];
	});
	return {
		name: `predict-${network}`,
		section: 'Prediction',
		workers: {
			ours: { file: 'predict.js', options },
			keras: { file: 'keras_worker.py', options: beside },
			onnx: { file: 'onnx_worker.py', options: beside },
			torch: { file: 'torch_worker.py', options: beside },
			stock: { file: 'stock.js', options: beside },
		},
		rows: [
			{ ...many, peer: 'Keras, predict', side: 'keras', goal: 1.5 },
			{ ...many, peer: 'ONNX Runtime', side: 'onnx', goal: 1 },
			{ ...many, peer: 'PyTorch', side: 'torch', goal: 1.3 },
			{ ...many, peer: 'stock tfjs-node', side: 'stock' },
			...latency,
		],
	};
}

/** Plans augmentation beside Keras's layers and beside a training step. */
function augmentation(sizes: Sizes): Group {
	const options = { ...sizes, network: MAIN, steps: 3, mixupAlpha: 0.2 };
	const what = `augmentation, all transforms, 48 to ${sizes.imageSize} px, batch ${sizes.batchSize}`;
	const speed = { what, figure: 'imagesPerSecond', unit: 'images/s' } as const;
	const step = `a training step, ${titleOf(MAIN)}`;
	const times = { figure: 'batchMilliseconds', theirFigure: 'stepMilliseconds', unit: 'ms', goal: 20 } as const;
	return {
		name: 'augment',
		section: 'Data',
		workers: {
			ours: { file: 'augment.js', options },
			keras: { file: 'keras_worker.py', options: { ...options, task: 'augment' } },
		},
		rows: [
			{ ...speed, peer: 'Keras preprocessing layers', side: 'keras', goal: 3 },
			{ what: 'the same, a batch of it (under 5 % of a step is 20)', peer: step, side: 'ours', ...times },
		],
	};
}

/** Plans fine-tuning on a data set in a file, beside the same in memory. */
function largeData(sizes: Sizes): Group {
	const { imageSize, batchSize, storedFaces } = sizes;
	const worker = (inFile: boolean) => {
		return { file: 'stored.js', options: { ...sizes, network: MAIN, warmUp: 3, inFile } } as const;
	};
	const data = `${formatCount(storedFaces)} faces of ${imageSize} px in a file`;
	const what = `fine-tuning with augmentation, batch ${batchSize}, ${data}, ${titleOf(MAIN)}`;
	const peer = { peer: 'itself, in memory', side: 'memory' } as const;
	return {
		name: 'large-data',
		section: 'Data',
		workers: { ours: worker(true), memory: worker(false) },
		rows: [
			{ ...peer, what, figure: 'imagesPerSecond', unit: 'images/s', goal: 0.97 },
			{ ...peer, what: 'the same, peak memory', figure: 'peakBytes', unit: 'GB', goal: 1 },
		],
	};
}

/** Plans reading fer2013.csv beside pandas. */
function reading({ file, rows, drawn }: Csv): Group {
	const what = `reading ${drawn ? 'a drawn CSV in the form of fer2013.csv' : 'fer2013.csv'}, ${formatCount(rows)} rows`;
	const peers = [
		{ peer: 'pandas, np.fromstring', side: 'pandas' },
		{ peer: 'pandas, str.split', side: 'pandasSplit' },
	] as const;
	const figures = [
		{ what, figure: 'seconds', unit: 's', goal: 3 },
		{ what: 'the same, peak memory', figure: 'peakBytes', unit: 'MB', goal: 2.5 },
	] as const;
	return {
		name: 'csv',
		section: 'Data',
		fresh: true,
		workers: {
			ours: { file: 'readCsv.js', options: { file } },
			pandas: { file: 'pandas_worker.py', options: { file, split: false } },
			pandasSplit: { file: 'pandas_worker.py', options: { file, split: true } },
		},
		rows: figures.flatMap((figure) => peers.map((peer) => ({ ...figure, ...peer }))),
	};
}

/** Plans reading a large photo beside a small one. */
function readingPhoto(photo: PhotoFile, small: PhotoFile, number: number): Group {
	const worker = ({ file }: PhotoFile) => ({ file: 'photo.js', options: { file } });
	const row = { peer: `itself, ${small.title}`, side: 'small', figure: 'peakBytes', unit: 'MB' } as const;
	return {
		name: `photo-${number}`,
		section: 'Photos',
		fresh: true,
		workers: { ours: worker(photo), small: worker(small) },
		rows: [{ ...row, what: `faces of a photo, peak memory, ${photo.title}` }],
	};
}

/** Makes a row that compares ours with another figure of its own. */
function itself(
	what: string,
	peer: string,
	figures: readonly [string, string],
	more: Pick<RowPlan, 'unit' | 'factor'>,
) {
	const [figure, theirFigure] = figures;
	return { what, peer: `itself, ${peer}`, side: 'ours', figure, theirFigure, goal: 1, ...more } as const;
}

/** Plans training at growing batch sizes, beside itself at the smallest. */
function byBatchSize({ imageSize, batchSizes, imagesAShape }: Sizes): Group {
	const shapes = batchSizes.map((batchSize) => ({ batchSize, imageSize }));
	const [smallest, ...others] = batchSizes;
	const rows = others.flatMap((size) => {
		const figures = (name: string) => [`${name} ${size}x${imageSize}`, `${name} ${smallest}x${imageSize}`] as const;
		const [title, peer] = [`batch ${size}`, `batch ${smallest}`];
		const memory = { unit: 'GB', factor: size / smallest } as const;
		return [
			itself(`${title}, training`, peer, figures('imagesPerSecond'), { unit: 'images/s' }),
			itself(`${title}, peak memory (ratio: an image's share)`, peer, figures('peakBytes'), memory),
		];
	});
	const workers = { ours: { file: 'scaling.js', options: { network: MAIN, shapes, imagesAShape, minSteps: 1 } } };
	return { name: 'scaling-batch', section: 'Scaling', fresh: true, workers, rows };
}

/** Plans training at growing image sizes, beside itself at the smallest. */
function byImageSize({ batchSize, imageSizes, imagesAShape }: Sizes): Group {
	const shapes = imageSizes.map((imageSize) => ({ batchSize, imageSize }));
	const [smallest, ...others] = imageSizes;
	const figure = (size: number) => `pixelsPerSecond ${batchSize}x${size}`;
	const rows = others.map((size) => {
		const what = `${size}x${size}, training, batch ${batchSize}`;
		return itself(what, `${smallest}x${smallest}`, [figure(size), figure(smallest)], { unit: 'Mpixel/s' });
	});
	const workers = { ours: { file: 'scaling.js', options: { network: MAIN, shapes, imagesAShape, minSteps: 2 } } };
	return { name: 'scaling-size', section: 'Scaling', workers, rows };
}

/** Plans the tensors and memory of a long training, beside itself at its start. */
function bySteps({ longRun }: Sizes): Group {
	const counts = [1, longRun / 100, longRun / 10, longRun];
	const lastFive = (last: number) => [4, 3, 2, 1, 0].map((before) => last - (before * longRun) / 100);
	const [early, late] = [lastFive(longRun / 10), lastFive(longRun)];
	const tensors = counts.slice(1).map((count) => {
		const what = `tensors after ${formatCount(count)} steps`;
		return itself(what, 'after 1 step', [`tensors ${count}`, 'tensors 1'], { unit: 'tensors' });
	});
	const what = `memory after ${formatCount(late[0])} to ${formatCount(longRun)} steps, every option on`;
	const before = `after ${early[0]} to ${early[4]} steps`;
	const memory = { ...itself(what, before, ['lateBytes', 'earlyBytes'], { unit: 'MB' }), goal: 0.98 };
	const options = { network: MAIN, imageSize: 32, batchSize: 4, counts, early, late };
	const workers = { ours: { file: 'longRun.js', options } };
	return { name: 'scaling-steps', section: 'Scaling', repetitions: 1, workers, rows: [...tensors, memory] };
}

/** Plans the limits of the machine and the profiles of training steps, which have no rows. */
function limits(sizes: Sizes): Group {
	const workers = { ours: { file: 'limits.js', options: { ...sizes, network: MAIN, steps: 2 } } };
	return { name: 'limits', section: 'Limits', workers, rows: [] };
}
