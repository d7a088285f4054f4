import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config';
import type { Dataset } from '../data/dataset';
import { type Split, splitDataset } from '../data/split';
import { DataError } from '../errors';
import { eachBatch } from '../evaluation/forEachBatch';
import { loadModel } from '../model/modelFile';
import { type OnProgress, ProgressMeter } from '../progress';
import { readConfig } from '../storedConfig';
import { tf } from '../tensorflow/tf';
import type { Teaching } from './targets';

/** The run that learns. */
interface Student {
	/** `runs/NAME` in the project's folder, where its teachers are looked for. */
	readonly folder: string;
	readonly config: Config;
	readonly dataset: Dataset;
	readonly split: Split;
}

/** An earlier run or a published model that is asked. */
export interface Teacher {
	readonly name: string;
	/** SHA-256 of its weights. */
	readonly weights: string;
}

/** What is read here of a run's metrics.json. */
interface About {
	readonly config: Config;
	readonly dataset: { readonly fingerprint: string };
}

const BATCH = 16;

/** Where a teacher's model lies, from the project's folder. */
const placeOf = (name: string) => (name.startsWith('models/') ? name : `runs/${name}/model`);

const modelFolder = ({ folder }: Student, name: string) => join(folder, '..', '..', placeOf(name));

/**
 * Finds the teachers that a run's settings name, before it trains.
 * @throws {DataError} If one has no finished model, learnt other data, or learnt images on which the student is judged.
 */
export async function findTeachers(student: Student): Promise<Teacher[]> {
	return Promise.all(
		student.config.distillation.teachers.map(async (name) => {
			const folder = modelFolder(student, name);
			try {
				const about = JSON.parse(await readFile(join(folder, 'metrics.json'), 'utf8')) as About;
				checkTeacher(name, about, student);
				const weights = await readFile(join(folder, 'weights.bin'));
				return { name, weights: createHash('sha256').update(weights).digest('hex') };
			} catch (error) {
				if (error instanceof DataError) throw error;
				const remedy = 'A teacher is a run that npm run train has finished, or models/NAME.';
				throw new DataError('the model of a finished run', placeOf(name), (error as Error).message, remedy);
			}
		}),
	);
}

function checkTeacher(name: string, { config, dataset }: About, student: Student): void {
	if (dataset.fingerprint !== student.dataset.fingerprint) {
		const remedy = 'Teacher and student learn the same data set.';
		throw new DataError(`training on ${student.dataset.name}`, placeOf(name), 'another data set', remedy);
	}
	const learnt = new Set(splitDataset(student.dataset, readConfig(config).config).train);
	for (const part of ['validation', 'test'] as const) {
		const leaked = student.split[part].filter((index) => learnt.has(index)).length;
		if (leaked === 0) continue;
		const remedy =
			'What a teacher learnt it tells the student: both need the same protocol and, under holdout, the same seed.';
		throw new DataError(`no ${part} image of the student learnt`, placeOf(name), `${leaked} of them`, remedy);
	}
}

/**
 * Asks a run's teachers about its training images: the mean of their probabilities over each image and its mirror image,
 * to be learnt beside the label (Hinton et al. 2015, arXiv:1503.02531; from networks of the student's own kind Furlanello
 * et al. 2018, arXiv:1805.04770). Labels that most see otherwise then weigh less.
 * @returns Undefined without teachers.
 * @throws {DataError} If a model cannot be loaded.
 */
export async function askTeachers(student: Student, onProgress?: OnProgress): Promise<Teaching | undefined> {
	const { teachers, teacherFraction } = student.config.distillation;
	if (teachers.length === 0) return undefined;
	const probabilities = new Float32Array(student.dataset.labels.length * student.dataset.emotions.length);
	for (const name of teachers) {
		const model = await loadModel(modelFolder(student, name));
		const meter = new ProgressMeter(`Teacher ${name}`, student.split.train.length, onProgress);
		await addProbabilities(model, student, meter, { to: probabilities, weight: 1 / teachers.length });
		model.dispose();
	}
	return { probabilities, fraction: teacherFraction };
}

async function addProbabilities(
	model: tf.LayersModel,
	{ dataset, split }: Student,
	meter: ProgressMeter,
	{ to, weight }: { to: Float32Array; weight: number },
): Promise<void> {
	const classes = dataset.emotions.length;
	const ask = (images: tf.Tensor4D) => model.apply(images, { training: false }) as tf.Tensor;
	await eachBatch(
		{ dataset, indices: split.train, batchSize: BATCH, meter },
		(pixels) => tf.div(tf.add(ask(pixels), ask(tf.reverse4d(pixels, [2]))), 2),
		(batch, rows) => {
			for (let i = 0; i < rows.length; i++) {
				to[batch[Math.floor(i / classes)] * classes + (i % classes)] += weight * rows[i];
			}
		},
	);
}
