import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backbone } from '../model/backbones/registry';
import type { Config } from '../config';
import type { Dataset } from '../data/dataset';
import { classifierOf } from '../model/exportModel';
import { DataError, invalidArgument } from '../errors';
import type { Trained } from '../evaluation/evaluate';
import { loadModel } from '../model/modelFile';
import type { Metrics } from './results';
import { splitDataset } from '../data/split';
import { readStored } from '../storedConfig';
import type { tf } from '../tensorflow/tf';

/** A model for use and what is known of its training. */
export interface StoredModel {
	/** Raw pixels to probabilities; see `emotionModel`. */
	readonly model: tf.LayersModel;
	/** What the training's own test gave, and its config. */
	readonly metrics: Metrics;
}

/**
 * Reads the folder `model` of a finished run, or one of `models/`.
 * @throws {DataError} If a file of it is missing or damaged.
 */
export async function readStoredModel(folder: string): Promise<StoredModel> {
	try {
		const metrics = readStored(JSON.parse(await readFile(join(folder, 'metrics.json'), 'utf8')) as Metrics);
		return { metrics, model: await loadModel(folder) };
	} catch (error) {
		if (error instanceof DataError) throw error;
		const remedy = 'It takes the folder as npm run train writes it: runs/NAME/model.';
		throw new DataError('metrics.json of a trained model', folder, (error as Error).message, remedy);
	}
}

/**
 * Puts a stored model before the test images of its protocol.
 * @param protocol Must be the one that it was trained under: in another's test part lie images that it has learnt.
 * @throws {DataError} If the data are not those that it was trained on, for the same reason.
 */
export function asTrained({ model, metrics }: StoredModel, dataset: Dataset, protocol: Config['protocol']): Trained {
	const { config } = metrics;
	if (protocol !== config.protocol) {
		const why = 'Test images of another protocol were training images of this one.';
		throw invalidArgument('protocol', `${config.protocol}, as the model was trained,`, protocol, why);
	}
	if (dataset.fingerprint !== metrics.dataset.fingerprint) {
		const remedy =
			dataset.drawn && !metrics.dataset.drawn
				? 'Say where the data lie: FER2013_PATH.'
				: 'Other data are divided otherwise, and the test part would hold training images.';
		throw new DataError(`the data of its training (${metrics.dataset.name})`, 'the data', dataset.name, remedy);
	}
	const split = splitDataset(dataset, config);
	return { config, dataset, split, backbone: backbone(config.backbone), classifier: { model: classifierOf(model) } };
}
