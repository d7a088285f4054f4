import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openRecognizer } from '../../lib/photos/recognizer';
import { Problem } from '../problem';
import { LOGS, PROJECT_FOLDER, resolveUserPath } from '../projectFolder';
import { checkAddress } from '../ray/address';
import { installRay } from '../ray/environment';
import { type RayMessage, runRay } from '../ray/program';
import type { PhotoReader, PhotoTask } from './reader';
import type { PhotoResult, ReadingOptions } from './reading';
import type { WorkerSettings } from './worker';

/** Photos that a worker gets at a time: seconds of work, which are lost if it is killed. */
const SHARD = 16;
/** Ray on this machine alone. */
const LOCAL = 'local';
const WORKER = join(PROJECT_FOLDER, 'dist', 'cli', 'photos', 'worker.js');

/** Where photos are read by Ray. */
export interface RayOptions {
	/** `local`, or the address of a cluster: `HOST:PORT` or `ray://HOST:PORT`. */
	readonly on: string;
	/** Cores, and threads of TensorFlow, of each worker. Default 1. */
	readonly cores?: number;
	/** Ends the work at once. */
	readonly signal?: AbortSignal;
}

/** The command of a process that reads photos as `worker.ts` does, the same on every machine of a cluster. */
export interface WorkerCommand {
	readonly command: readonly string[];
	readonly env: Readonly<Record<string, string>>;
}

/**
 * Opens a model for reading photos in many processes, which Ray distributes over the cores of this machine or of a cluster.
 * @throws {Problem | DataError} If there is no such cluster, Ray cannot be installed, or the model cannot be read.
 */
export async function openRayReader(model: string, options: ReadingOptions, where: RayOptions): Promise<PhotoReader> {
	await checkPlace(where);
	const { emotions, dispose } = await openRecognizer(model);
	dispose();
	await installRay();
	const worker = workerCommand({ model, options }, where.cores ?? 1);
	return {
		emotions,
		read: (files, onResult) => readOnRay(files, onResult, worker, where),
		dispose: () => {},
	};
}

async function checkPlace({ on, cores = 1 }: RayOptions): Promise<void> {
	const most = availableParallelism();
	if (on !== LOCAL) await checkAddress(on);
	else if (cores > most) throw new Problem(`Expected at most ${most} for --cores but received ${cores}.`);
}

/** Reads photos with workers of a given command; Ray must be installed. */
export async function readOnRay(
	files: AsyncIterable<PhotoTask>,
	onResult: (result: PhotoResult) => void,
	worker: WorkerCommand,
	{ on, cores = 1, signal }: RayOptions,
): Promise<void> {
	const job = { address: on === LOCAL ? '' : on, localCores: availableParallelism(), cores, worker };
	const onMessage = ({ event, results }: RayMessage) => {
		if (event === 'results') for (const result of results as PhotoResult[]) onResult(result);
	};
	const logFile = join(LOGS, 'ray-predict.log');
	await runRay({ file: 'predict_photos.py', job, input: shardsOf(files), logFile, onMessage, signal });
}

function workerCommand(settings: WorkerSettings, cores: number): WorkerCommand {
	const threads = Object.fromEntries(
		['TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS', 'VIPS_CONCURRENCY'].map((name) => [name, String(cores)]),
	);
	return {
		command: [process.execPath, WORKER, JSON.stringify(settings)],
		// Names of photos start from the user's folder.
		env: { ...threads, TF_CPP_MIN_LOG_LEVEL: '2', INIT_CWD: resolveUserPath('.') },
	};
}

/** Divides files into shards; null ends them. */
export async function* shardsOf(files: AsyncIterable<PhotoTask>, size = SHARD): AsyncGenerator<PhotoTask[] | null> {
	let shard: PhotoTask[] = [];
	for await (const file of files) {
		shard.push(file);
		if (shard.length < size) continue;
		yield shard;
		shard = [];
	}
	if (shard.length > 0) yield shard;
	yield null;
}
