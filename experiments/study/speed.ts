// @ts-check
import os from 'node:os';
import path from 'node:path';
import { startWorker } from '../../bench/harness.mjs';
import { quantile } from '../../bench/statistics.mjs';
import { ROOT } from '../../scripts/setup/paths.mjs';

const ROUNDS = 3;
const SIZE = { imageSize: 96, batchSize: 64 };
const TRAINING = { ...SIZE, steps: 4, warmUp: 2, frozen: false };
const PREDICTION = { ...SIZE, faces: 512, calls: 20 };

/**
 * @typedef {object} Speed
 * @property {string} backbone
 * @property {number} training images/s of fine-tuning all layers, with a batch of 64.
 * @property {number} prediction faces/s with the mirrored view.
 * @property {number} latency ms of one face, the median.
 */

/** Runs a worker of the bench some times. @param {string} file @param {{network: string}} options */
async function measure(file, options) {
	const worker = await startWorker({
		command: process.execPath,
		args: [path.join(ROOT, 'bench', 'workers', file), JSON.stringify(options)],
		env: process.env,
		logFile: path.join(ROOT, 'runs', 'bench', 'logs', `speed-${options.network}-${file}.log`),
	});
	try {
		/** @type {import('../../bench/harness.mjs').Answer[]} */
		const figures = [];
		for (let round = 0; round < ROUNDS; round++) figures.push(...(await worker.repeat()));
		/** @param {string} name */
		return (name) =>
			quantile(
				figures.map((answer) => answer.figures[name]),
				0.5,
			);
	} finally {
		await worker.stop();
	}
}

/**
 * Measures how fast every backbone learns and predicts at 96 x 96 pixels, with random weights, which take as long as
 * pretrained ones. Medians of three rounds.
 * @param {readonly string[]} backbones
 * @param {(status: string) => void} onStatus
 */
export async function measureSpeeds(backbones, onStatus) {
	/** @type {Speed[]} */
	const speeds = [];
	for (const network of backbones) {
		onStatus(network);
		const training = await measure('train.mjs', { network, ...TRAINING });
		const prediction = await measure('predict.mjs', { network, ...PREDICTION });
		speeds.push({
			backbone: network,
			training: training('imagesPerSecond'),
			prediction: prediction('imagesPerSecond'),
			latency: prediction('latencyP50'),
		});
	}
	return { ...SIZE, cpu: os.cpus()[0]?.model.trim() ?? 'unknown', cores: os.cpus().length, speeds };
}
