import type { Config } from '../config';
import type { Dataset } from '../data/dataset';
import { type Split, splitDataset } from '../data/split';
import { DataError } from '../errors';

/** A run that learns from another model. */
export type Student = Readonly<{ config: Config; dataset: Dataset; split: Split }>;

/**
 * Checks that a model of the same data set was not trained on images that a run validates or tests with.
 * @param place The model, for the error.
 * @param config The settings of the model's training.
 * @param why What makes such images a leak.
 * @throws {DataError} Otherwise.
 */
export function checkUnseen(place: string, config: Config, student: Student, why: string): void {
	const trained = new Set(splitDataset(student.dataset, config).train);
	for (const part of ['validation', 'test'] as const) {
		const leaked = student.split[part].filter((index) => trained.has(index)).length;
		if (leaked === 0) continue;
		const remedy = `${why}: use the same protocol and, with holdout, the same seed for both.`;
		throw new DataError(`no training on ${part} images of this run`, place, `${leaked} of them`, remedy);
	}
}
