import type { Config } from '../config';
import type { Dataset } from '../data/dataset';
import { describeCopy } from '../data/readers/fer2013Identity';
import { splitDataset } from '../data/split';
import { DataError, invalidArgument } from '../errors';
import type { Trained } from '../evaluation/predict';
import { type Metrics, readMetrics } from '../evaluation/storedMetrics';
import { backbone } from '../model/backbones/registry';
import { classifierOf } from '../model/exportModel';
import { loadModel } from '../model/modelFile';
import type { tf } from '../tensorflow/tf';

/** A model for use, raw pixels to probabilities (see `exportModel`), with its scores and config from training. */
export type StoredModel = Readonly<{ model: tf.LayersModel; metrics: Metrics }>;

/**
 * Reads a model for use: `runs/NAME/model` of a finished run, or `models/NAME`.
 * @throws {DataError} If one of its files is missing or damaged.
 * @example
 * ```ts
 * const { model, metrics } = await fer.readStoredModel(`${run.folder}/model`);
 * model.inputs[0].shape; // [null, 48, 48, 1]: raw pixels, 0 to 255
 * ```
 */
export async function readStoredModel(folder: string): Promise<StoredModel> {
	return { metrics: await readMetrics(folder), model: await loadModel(folder) };
}

/**
 * Combines a stored model with its data set, so that it can be evaluated.
 * @throws {RangeError | DataError} If the protocol or data set differs from that of its training.
 */
export function asTrained({ model, metrics }: StoredModel, dataset: Dataset, protocol: Config['protocol']): Trained {
	const { config } = metrics;
	checkProtocol(metrics, protocol);
	if (dataset.fingerprint !== metrics.dataset.fingerprint) {
		const why = 'Another data set is divided differently: its test part would contain training images.';
		const remedy = dataset.drawn && !metrics.dataset.drawn ? 'Set FER2013_PATH to the data.' : why;
		const { train, validation, test } = metrics.split;
		const trained = { ...metrics.dataset, images: train + validation + test };
		const found = dataset.name === trained.name ? describeCopy(dataset, trained) : dataset.name;
		throw new DataError(`the training data (${trained.name})`, 'the data', found, remedy);
	}
	const split = splitDataset(dataset, config);
	return { config, dataset, split, backbone: backbone(config.backbone), classifier: { model: classifierOf(model) } };
}

/** Refuses another protocol than that of a model's training. */
export function checkProtocol({ config }: Metrics, protocol: string): void {
	if (protocol === config.protocol) return;
	const why = 'Test images of another protocol were training images of this one.';
	throw invalidArgument('protocol', `${config.protocol}, as the model was trained,`, protocol, why);
}
