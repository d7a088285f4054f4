import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EMOTIONS } from '../lib/emotions';
import { type Metrics, readMetrics } from '../lib/evaluation/storedMetrics';
import { backbone as backboneOf } from '../lib/model/backbones/registry';
import type { ModelMetadata } from '../lib/model/modelArtifacts';
import { loadModel } from '../lib/model/modelFile';
import { type FaceShape, isFaceShape } from '../lib/photos/faceCrop';
import type { tf } from '../lib/tensorflow/tf';
import { Problem } from './problem';
import { shownPath } from './projectFolder';

/** What programs that use a trained model say about it. */
export interface ModelAbout {
	/** Its classes, by output. */
	readonly emotions: readonly string[];
	/** Of the faces that it takes. */
	readonly shape: FaceShape;
	readonly backbone: string;
	/** Its scores and training; absent from a folder without `metrics.json`. */
	readonly metrics?: Metrics;
}

/** A trained model for programs that pass it faces; the caller disposes `model`. */
export interface FaceModel {
	readonly model: tf.LayersModel;
	readonly about: ModelAbout;
}

/**
 * Loads a trained model for programs that pass it faces, of whatever classes and size.
 * @param folder Holds `model.json` and `weights.bin`.
 * @param command The user's command, for the remedy: `npx fer demo`.
 * @throws {Problem} If there is no model, or it does not say what its outputs mean, or takes no faces.
 * @throws {DataError} If a file is damaged.
 */
export async function loadFaceModel(folder: string, command: string): Promise<FaceModel> {
	const shown = shownPath(folder);
	if (statSync(folder, { throwIfNoEntry: false })?.isFile()) {
		throw new Problem(`Expected the folder of a model for --model but received a file: ${shown}. Name its folder.`);
	}
	if (!existsSync(join(folder, 'model.json'))) {
		const remedy = `Choose one: ${command} --model runs/NAME/model (npx fer train writes it).`;
		throw new Problem(`There is no trained model in ${shown}. ${remedy}`);
	}
	const metrics = existsSync(join(folder, 'metrics.json')) ? await readMetrics(folder) : undefined;
	const model = await loadModel(folder);
	const { emotions, backbone = '', imageSize } = (model.getUserDefinedMetadata() ?? {}) as Partial<ModelMetadata>;
	const [shape, outputs] = [model.inputs[0].shape.slice(1), model.outputs[0].shape.at(-1)];
	if (isFaceShape(shape) && emotions && emotions.length === outputs && imageSize) {
		return { model, about: { emotions, shape, backbone, metrics } };
	}
	model.dispose();
	const expected = 'Expected a model from grey or RGB images to classes with names';
	const found = `[${shape}] to ${outputs} outputs with the names ${emotions?.join(', ')}`;
	throw new Problem(`${expected} in ${shown} but received one from ${found}. Use one that npx fer train wrote.`);
}

/** Whether a model's classes are the seven emotions of FER2013. */
export const areEmotions = ({ emotions }: Pick<ModelAbout, 'emotions'>) => String(emotions) === String(EMOTIONS);

/** Whether a model was trained on FER2013, with its classes and in its format. */
export const isOfFer2013 = (about: ModelAbout) =>
	areEmotions(about) && String(about.shape) === '48,48,1' && about.metrics?.dataset.name === 'FER2013';

/** Describes the data that a model was trained on. */
export function trainingDataOf({ metrics }: Pick<ModelAbout, 'metrics'>): string {
	if (!metrics) return 'data that its files do not name';
	return metrics.dataset.drawn ? 'faces that a program drew' : metrics.dataset.name;
}

/** Describes what a network's weights come from, in the start of a sentence that ends in the data; licences included. */
export function originOf({ backbone, metrics }: Pick<ModelAbout, 'backbone' | 'metrics'>): string {
	return metrics?.config.weights === 'imagenet'
		? `The network starts from ${backbone}'s ImageNet weights (${backboneOf(backbone).license}) and was trained on`
		: 'The network was trained on';
}

/** Names listed at most. */
const LISTED = 12;

/** Lists names in a sentence: `smile, neutral and surprised`; the first of many, and how many others there are. */
export function listNames(names: readonly string[], word: 'and' | 'or' = 'and'): string {
	const shown = names.length > LISTED ? [...names.slice(0, LISTED - 1), `${names.length - LISTED + 1} others`] : names;
	const [last, ...before] = [...shown].reverse();
	return before.length === 0 ? last : `${before.reverse().join(', ')} ${word} ${last}`;
}
