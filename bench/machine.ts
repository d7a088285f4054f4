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
