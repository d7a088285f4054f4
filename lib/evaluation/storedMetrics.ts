import { join } from 'node:path';
import type { Config } from '../config';
import type { Temperature } from './calibrate';
import type { Machine } from './machine';
import type { TestScores } from './scores';
import { readStored, writeJson } from './storedFile';

/** The content of `metrics.json`: a run's scores and how it was trained. */
export interface Metrics extends TestScores {
	/** The run's name. */
	readonly name: string;
	/** The part that was scored; a trial leaves the test images alone. */
	readonly part: 'test' | 'validation';
	/** Epochs of each phase. */
	readonly epochs: Readonly<Record<'phase1' | 'phase2', number>>;
	readonly calibration?: Temperature;
	/** Training and validation time of both phases. */
	readonly seconds: number;
	readonly machine: Machine;
	readonly config: Config;
}

/** What to do if a run's results cannot be read. */
export const FINISH_RUN = 'Run the notebook or npx fer train to its end first, or name the folder of a finished run.';

/**
 * Reads `metrics.json` of a run, of its folder `model` or of a published model.
 * @throws {DataError} If the file is missing or damaged.
 * @example
 * ```ts
 * const { accuracy, tta } = await fer.readMetrics(run.folder);
 * tta.accuracy; // with test-time augmentation
 * ```
 */
export function readMetrics(folder: string): Promise<Metrics> {
	return readStored(join(folder, 'metrics.json'), FINISH_RUN);
}

/** Writes `metrics.json` into a folder. */
export function writeMetrics(folder: string, metrics: Metrics): Promise<void> {
	return writeJson(join(folder, 'metrics.json'), metrics);
}
