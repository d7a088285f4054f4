// @ts-check
import os from 'node:os';

/**
 * @typedef {object} Machine What a reader must know of the machine, and nothing that names it.
 * @property {string} cpu
 * @property {number} cores Threads that programs may use at a time.
 * @property {number} memoryGiB
 * @property {string} system
 * @property {number} load Programs that ran or waited, as a mean over the minute before: of an idle machine near 0.
 */

/** @returns {Machine} */
export function describeMachine() {
	return {
		cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
		cores: os.availableParallelism(),
		memoryGiB: Math.round((os.totalmem() / 2 ** 30) * 10) / 10,
		system: `${process.platform} ${process.arch}`,
		load: Math.round(os.loadavg()[0] * 100) / 100,
	};
}

/**
 * Makes the environment of the workers: every library takes all cores while it works, and none while it waits.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} temporary Where they put what they write.
 * @returns {NodeJS.ProcessEnv}
 */
export function workerEnvironment(env, temporary) {
	/** @type {NodeJS.ProcessEnv} */
	const own = { ...env, TMPDIR: temporary, TF_CPP_MIN_LOG_LEVEL: '2', CUDA_VISIBLE_DEVICES: '-1' };
	own.PYTHONDONTWRITEBYTECODE = '1';
	// Threads of OpenMP spin after their work unless told to sleep.
	Object.assign(own, { KMP_BLOCKTIME: '0', OMP_WAIT_POLICY: 'PASSIVE', KERAS_BACKEND: 'tensorflow' });
	for (const name of ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'TF_ENABLE_ONEDNN_OPTS', 'NODE_OPTIONS']) delete own[name];
	return own;
}
