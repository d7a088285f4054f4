import { invalidArgument } from '../errors';
import { readMetrics } from '../evaluation/storedMetrics';
import type { Classifier } from '../model/classifier';
import { isTrainedModel } from '../model/weights/trained';
import { checkUnseen, type Student } from './unseen';

/**
 * Checks the trained model that the setting `weights` names, if it names one.
 * @throws {RangeError} If batch norm is to be trained: that of the model is folded, and its statistics are lost.
 * @throws {DataError} If the model was trained on validation or test images of the run; found only if both read the very
 *   same data set.
 */
export async function checkStartingModel(student: Student, { base }: Classifier): Promise<void> {
	const { weights, phase2 } = student.config;
	if (!isTrainedModel(weights)) return;
	const isNormalized = base.layers.some((layer) => layer.getClassName() === 'BatchNormalization');
	if (isNormalized && !phase2.frozenBatchNormalization) {
		const expected = 'true, since the batch norm of a trained model is folded into its convolutions,';
		throw invalidArgument('phase2.frozenBatchNormalization', expected, false);
	}
	const { config, dataset } = await readMetrics(weights);
	// Other data, or other copies of the same, cannot be compared image by image.
	if (dataset.fingerprint !== student.dataset.fingerprint) return;
	checkUnseen(weights, config, student, 'A model remembers what it was trained on');
}
