import { join } from 'node:path';
import { startWorker } from '../../bench/harness';
import { RUNS } from '../../cli/projectFolder';
import { quantile } from '../../lib/evaluation/statistics';
import { machine } from '../../lib/evaluation/storedMetrics';

const ROUNDS = 3;
// The weights are random, which takes as long as pretrained ones.
const SIZE = { imageSize: 96, batchSize: 64 };
const TRAINING = { ...SIZE, steps: 4, warmUp: 2, frozen: false };
const PREDICTION = { ...SIZE, faces: 512, calls: 20 };

export type Speeds = Awaited<ReturnType<typeof measureSpeeds>>;

/** Runs a worker of the bench and returns the medians of its figures. */
async function measure(file: string, options: { network: string }): Promise<(figure: string) => number> {
	const worker = await startWorker({
		command: process.execPath,
		args: [join(__dirname, '..', '..', 'bench', 'workers', file), JSON.stringify(options)],
		env: process.env,
		logFile: join(RUNS, 'bench', 'logs', `speed-${options.network}-${file}.log`),
	});
	try {
		const answers: Record<string, number>[] = [];
		for (let round = 0; round < ROUNDS; round++) {
			answers.push(...(await worker.repeat()).map(({ figures }) => figures));
		}
		return (figure) => quantile(Float64Array.from(answers, (figures) => figures[figure]).sort(), 0.5);
	} finally {
		await worker.stop();
	}
}

/** Measures how fast backbones train (images/s), predict with the mirrored view (faces/s) and read one face (ms). */
export async function measureSpeeds(backbones: readonly string[], onStatus: (status: string) => void) {
	const speeds = [];
	for (const network of backbones) {
		onStatus(network);
		const training = await measure('train.js', { network, ...TRAINING });
		const prediction = await measure('predict.js', { network, ...PREDICTION });
		speeds.push({
			backbone: network,
			training: training('imagesPerSecond'),
			prediction: prediction('imagesPerSecond'),
			latency: prediction('latencyP50'),
		});
	}
	const { cpu, cores } = machine();
	return { ...SIZE, cpu, cores, speeds };
}
