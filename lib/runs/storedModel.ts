import { join } from 'node:path';
import type { Config, TtaConfig } from '../config';
import type { Dataset } from '../data/dataset';
import { mapClasses } from '../data/mapClasses';
import { testImages } from '../data/ownParts';
import { describeCopy } from '../data/readers/fer2013Identity';
import { splitDataset } from '../data/split';
import { DataError, invalidArgument } from '../errors';
import { type CrossScores, evaluateOn } from '../evaluation/evaluate';
import type { Trained } from '../evaluation/predict';
import { type Metrics, readMetrics } from '../evaluation/storedMetrics';
import { backbone } from '../model/backbones/registry';
import { classifierOf } from '../model/exportModel';
import type { ModelMetadata } from '../model/modelArtifacts';
import { loadModel } from '../model/modelFile';
import type { OnProgress } from '../progress';
import { folderOf } from '../storedFile';
import type { tf } from '../tensorflow/tf';

/** A model for use, raw pixels to probabilities (see `exportModel`), with its scores and config from training. */
export type StoredModel = Readonly<{
	model: tf.LayersModel;
	/** What `model.json` says about its classes and images. */
	about: ModelMetadata;
	metrics: Metrics;
}>;

/**
 * Reads a model for use: `runs/NAME/model` of a finished run, or `models/NAME`.
 * @throws {DataError} If one of its files is missing or damaged, or they contradict each other.
 * @example
 * ```ts
 * const { model, metrics } = await fer.readStoredModel(`${run.folder}/model`);
 * model.inputs[0].shape; // [null, 48, 48, 1]: raw pixels, 0 to 255
 * ```
 */
export async function readStoredModel(folder: string): Promise<StoredModel> {
	const metrics = await readMetrics(folder);
	const model = await loadModel(folder);
	try {
		return { model, about: readMetadata(model, metrics, folder), metrics };
	} catch (error) {
		model.dispose();
		throw error;
	}
}

/** Returns the metadata of `model.json`, which must agree with its network and with `metrics.json`. */
function readMetadata(model: tf.LayersModel, { config, perClass }: Metrics, folder: string): ModelMetadata {
	const place = folderOf(join(folder, 'model.json'));
	const metadata = (model.getUserDefinedMetadata() ?? {}) as Partial<ModelMetadata>;
	const { emotions, backbone: name, imageSize } = metadata;
	const outputs = model.outputs[0].shape.at(-1);
	if (!Array.isArray(emotions) || !name || !imageSize || emotions.length !== outputs) {
		const expected = `emotions (${outputs}), backbone and imageSize`;
		const received = JSON.stringify({ emotions, backbone: name, imageSize });
		throw new DataError(expected, `the metadata in model.json of ${place}`, received, 'Export the model anew.');
	}
	const stated = { backbone: config.backbone, imageSize: config.imageSize, emotions: Object.keys(perClass ?? {}) };
	for (const [field, value] of Object.entries({ backbone: name, imageSize, emotions })) {
		const found = stated[field as keyof typeof stated];
		if (String(found) === String(value) || (field === 'emotions' && !perClass)) continue;
		const remedy = 'Copy both files again, of the same model.';
		throw new DataError(`${field} ${value}, as in model.json,`, `metrics.json of ${place}`, String(found), remedy);
	}
	return metadata as ModelMetadata;
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

/** The scores of a model on data that it was not trained on. */
export interface OtherScores extends CrossScores, Pick<Metrics, 'name'> {
	readonly dataset: Pick<Dataset, 'name' | 'drawn' | 'fingerprint'>;
	/** Images of classes that the model does not have, which were left out. */
	readonly dropped: Readonly<Record<string, number>>;
	readonly views: string;
	/** The classes of the model. */
	readonly emotions: readonly string[];
}

/**
 * Evaluates a stored model on another data set than its own: on its test part if it has one, else on all images; on the
 * classes that both have, by their names. The images of a person, where known, are resampled together.
 * @param options.views Views of test-time augmentation. Default: the model's.
 * @throws {RangeError} If the data set has none of the model's classes.
 * @example
 * ```ts
 * const stored = await fer.readStoredModel(`${run.folder}/model`);
 * const scores = await fer.evaluateStored(stored, dataset);
 * scores.allClasses.macroF1; // the mean over the classes in scores.present
 * ```
 */
export async function evaluateStored(
	{ model, about: { emotions }, metrics }: StoredModel,
	other: Dataset,
	options: { readonly views?: TtaConfig['views']; readonly onProgress?: OnProgress } = {},
): Promise<OtherScores> {
	const { dataset, dropped } = mapClasses(other, emotions);
	const { views = metrics.config.tta.views, onProgress } = options;
	const config = { ...metrics.config, tta: { ...metrics.config.tta, views } };
	const classifier = { model: classifierOf(model) };
	const network = { config, dataset: { emotions }, backbone: backbone(config.backbone), classifier };
	const scores = await evaluateOn(network, dataset, testImages(dataset), { groups: dataset.persons, onProgress });
	const { name, drawn, fingerprint } = other;
	return { name: metrics.name, dataset: { name, drawn, fingerprint }, ...scores, dropped, views, emotions };
}

/** Refuses another protocol than that of a model's training. */
export function checkProtocol({ config }: Metrics, protocol: string): void {
	if (protocol === config.protocol) return;
	const why = 'Test images of another protocol were training images of this one.';
	throw invalidArgument('protocol', `${config.protocol}, as the model was trained,`, protocol, why);
}
