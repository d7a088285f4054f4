import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config';
import { DataError } from '../errors';
import { presentNames } from '../storedConfig';

/** The part of a trained model's metrics.json that another training reads. */
export interface TrainedMetrics {
	readonly config: Config;
	readonly dataset: { readonly fingerprint: string };
	/** As returned by `calibrate`, if the run was calibrated. */
	readonly calibration?: { temperature: number; expectedCalibrationError: { before: number; after: number } };
}

/**
 * Reads a file of a trained model's folder.
 * @param place The folder as the user knows it, such as `models/holdout`.
 * @param parse Default: as JSON.
 * @throws {DataError} If the file is missing or damaged.
 */
export async function readTrained<Content>(
	folder: string,
	file: string,
	place: string,
	parse: (bytes: Buffer) => Content = (bytes) => JSON.parse(bytes.toString('utf8'), presentNames),
): Promise<Content> {
	try {
		return parse(await readFile(join(folder, file)));
	} catch (error) {
		const remedy = 'It must be a run that npx fer train has finished, or a published model.';
		throw new DataError(`${file} of a finished run`, place, (error as Error).message, remedy);
	}
}
