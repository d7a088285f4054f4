import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Describes this machine, without anything that identifies it. */
export function describeMachine() {
	return {
		cpu: cpus()[0]?.model.trim() ?? 'unknown',
		/** Threads that programs may use at the same time. */
		cores: availableParallelism(),
		memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
		system: `${process.platform} ${process.arch}`,
		/** Mean number of running or waiting programs over the last minute; near 0 if the machine is idle. */
		load: Math.round(loadavg()[0] * 100) / 100,
	};
}

/** The machine of a benchmark. */
export type Machine = ReturnType<typeof describeMachine>;

/**
 * Makes the environment of the workers: all cores while a library works, none while it waits.
 * @param temporary The folder for temporary files.
 */
export function workerEnvironment(env: NodeJS.ProcessEnv, temporary: string): NodeJS.ProcessEnv {
	const own: NodeJS.ProcessEnv = { ...env, TMPDIR: temporary, TF_CPP_MIN_LOG_LEVEL: '2', CUDA_VISIBLE_DEVICES: '-1' };
	own.PYTHONDONTWRITEBYTECODE = '1';
	// The threads of OpenMP keep spinning after their work by default.
	Object.assign(own, { KMP_BLOCKTIME: '0', OMP_WAIT_POLICY: 'PASSIVE', KERAS_BACKEND: 'tensorflow' });
	for (const name of ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'TF_ENABLE_ONEDNN_OPTS', 'NODE_OPTIONS']) delete own[name];
	return own;
}
