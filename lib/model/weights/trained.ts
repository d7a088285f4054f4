import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../../errors';
import { folderOf } from '../../storedFile';
import type { tf } from '../../tensorflow/tf';
import type { Backbone } from '../backbones/backbone';
import { classifierOf } from '../exportModel';
import { unfoldBatchNormalization } from '../foldBatchNormalization';
import type { ModelMetadata } from '../modelArtifacts';
import { loadModel } from '../modelFile';

/** Whether a path is the folder of a trained model: `runs/NAME/model` or `models/NAME`. */
export function isTrainedModel(path: string): boolean {
	return existsSync(join(path, 'model.json'));
}

/**
 * Sets a backbone's weights from a trained model. Its batch norm is folded into the convolutions; that of the backbone then
 * only adds an offset.
 * @throws {DataError} If the model is damaged, or one of another backbone.
 */
export async function loadTrained(base: tf.LayersModel, { name }: Backbone, folder: string): Promise<void> {
	const trained = await loadModel(folder);
	try {
		const { backbone } = trained.getUserDefinedMetadata() as Partial<ModelMetadata>;
		if (backbone !== name) {
			const found = `one of ${backbone ?? 'an unknown one'}`;
			const place = `model.json of ${folderOf(join(folder, 'model.json'))}`;
			throw new DataError(`a model of ${name}`, place, found, 'Choose its backbone, or another model.');
		}
		unfoldBatchNormalization(classifierOf(trained), base);
	} finally {
		trained.dispose();
	}
}
