import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../errors';
import { eachBatch } from '../evaluation/predict';
import { FINISH_RUN, type Metrics, readMetrics } from '../evaluation/storedMetrics';
import { loadModel } from '../model/modelFile';
import { type OnProgress, ProgressMeter } from '../progress';
import { recorded } from '../tensorflow/recordedModel';
import { tf } from '../tensorflow/tf';
import type { Teaching } from './batch';
import { runFolder } from './runFolder';
import { checkUnseen, type Student } from './unseen';

/** A finished run or a published model whose predictions a student learns. */
export interface Teacher {
	readonly name: string;
	/** The folder of its model. */
	readonly folder: string;
	/** SHA-256 of its weights. */
	readonly weights: string;
}

/**
 * Finds the teachers that a run's settings name.
 * @throws {DataError} If a teacher has no finished model, was trained on another data set, or on validation or test images
 * of the student.
 */
export async function findTeachers(student: Student, projectFolder: string): Promise<Teacher[]> {
	return Promise.all(
		student.config.distillation.teachers.map(async (name) => {
			const isModel = name.startsWith('models/');
			const place = isModel ? name : `runs/${name}/model`;
			const folder = isModel ? join(projectFolder, name) : join(runFolder(projectFolder, name), 'model');
			checkTeacher(place, await readMetrics(folder), student);
			const weights = await readFile(join(folder, 'weights.bin')).catch((error: Error) => {
				throw new DataError('weights.bin of a finished run', place, error.message, FINISH_RUN);
			});
			return { name, folder, weights: createHash('sha256').update(weights).digest('hex') };
		}),
	);
}

function checkTeacher(place: string, { config, dataset }: Metrics, student: Student): void {
	if (dataset.fingerprint !== student.dataset.fingerprint) {
		const remedy = 'Teacher and student must be trained on the same data set.';
		throw new DataError(`training on ${student.dataset.name}`, place, 'another data set', remedy);
	}
	checkUnseen(place, config, student, 'A teacher passes on what it was trained on');
}

/**
 * Predicts a run's training images with its teachers: the mean of their probabilities over each image and its mirror
 * image, as soft targets beside the labels (knowledge distillation; Hinton et al. 2015, arXiv:1503.02531; with teachers of
 * the student's own architecture Furlanello et al. 2018, arXiv:1805.04770).
 */
export async function askTeachers(
	student: Student & Readonly<{ teachers: readonly Teacher[] }>,
	onProgress?: OnProgress,
): Promise<Teaching | undefined> {
	const { teachers, dataset, split, config } = student;
	if (teachers.length === 0) return undefined;
	const [classes, weight] = [dataset.emotions.length, 1 / teachers.length];
	const probabilities = new Float32Array(dataset.labels.length * classes);
	for (const { name, folder } of teachers) {
		const model = await loadModel(folder);
		const meter = new ProgressMeter(`Teacher ${name}`, split.train.length, onProgress);
		const predict = (images: tf.Tensor4D) => model.apply(images, { training: false }) as tf.Tensor;
		try {
			await eachBatch(
				{ dataset, indices: split.train, batchSize: 16, meter },
				recorded(model, (images) => tf.div(tf.add(predict(images), predict(tf.reverse4d(images, [2]))), 2)),
				(batch, rows) => {
					for (let i = 0; i < rows.length; i++) {
						probabilities[batch[Math.floor(i / classes)] * classes + (i % classes)] += weight * rows[i];
					}
				},
			);
		} finally {
			model.dispose();
		}
	}
	return { probabilities, fraction: config.distillation.teacherFraction };
}
