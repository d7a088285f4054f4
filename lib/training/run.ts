import { join } from 'node:path';
import type { Config } from '../config';
import type { Dataset } from '../data/dataset';
import { type Split, splitDataset } from '../data/split';
import type { Backbone } from '../model/backbones/backbone';
import { backbone as backboneOf } from '../model/backbones/registry';
import { buildClassifier, type Classifier, createClassifier, unfreezeFrom } from '../model/classifier';
import { useBackend } from '../tensorflow/backend';
import type { Resume } from './checkpoint';
import { findTeachers, type Teacher } from './distillation';
import type { EpochRecord } from './epochRecord';
import { findVotes, usesVotes, type Votes } from './ferPlusVotes';
import { checkMemory } from './memory';
import { type PublishedTraining, readPublished } from './published';
import { checkWritable, lockRun, runFolder } from './runFolder';
import { checkStartingModel } from './startingModel';
import { arrangeRun, type Wanted } from './storedRun';
import { phase1Key, phase2Key } from './trainingKey';

/** The data, network, settings and folder that all steps of a training share. */
export interface Run {
	/** The folder's name, usually the profile's. */
	readonly name: string;
	readonly folder: string;
	/** Its protocol is `holdout` or `official`, also where `auto` was given. */
	readonly config: Config;
	readonly dataset: Dataset;
	readonly split: Split;
	readonly backbone: Backbone;
	readonly classifier: Classifier;
	readonly teachers: readonly Teacher[];
	/** The targets of a second head in phase 2, if it has one. */
	readonly votes?: Votes;
	/** A published training to use instead of training. */
	readonly published?: PublishedTraining;
	readonly resume: Resume;
	/** Messages for the user about earlier trainings of this name; `trainHead` repeats them. */
	readonly notes?: readonly string[];
	/** Ends a training after the current step, with a checkpoint. */
	readonly signal?: AbortSignal;
	/** Receives each epoch when its checkpoint is written; those of an earlier run first, when the phase begins. */
	readonly onEpoch?: (phase: 1 | 2, record: EpochRecord) => void;
}

/** The facts about a run that captions and tables state. */
export interface About extends Pick<Config, 'protocol' | 'seed' | 'backbone'> {
	readonly name: string;
	readonly dataset: Pick<Dataset, 'name' | 'drawn' | 'fingerprint'>;
	/** Test images. */
	readonly n: number;
}

/**
 * Returns the data, protocol and seed of a run, as figures and results name them.
 * @example
 * ```ts
 * fer.describeRun(run).protocol; // 'holdout'
 * ```
 */
export function describeRun({ name, config, dataset, split }: Run): About {
	const { protocol, seed, backbone } = config;
	const { drawn, fingerprint } = dataset;
	return { name, protocol, seed, backbone, dataset: { name: dataset.name, drawn, fingerprint }, n: split.test.length };
}

/** Options of `openRun`. */
export interface OpenRunOptions extends Pick<Run, 'name' | 'config' | 'dataset' | 'signal' | 'onEpoch'> {
	/** The folder that contains `.venv`, `data`, `models` and `runs`. */
	readonly projectFolder: string;
	/** The study that the run belongs to: its folder is then `runs/<study>/<name>`. Default none. */
	readonly study?: string;
	/** Default `if-same`. */
	readonly resume?: Resume;
	/** Folder of a published training to use instead, such as `models/holdout`; pretrained weights are not needed then. */
	readonly published?: string;
}

/**
 * Prepares a run: splits the data, builds the network with its pretrained weights, makes the folder `runs/<name>`.
 * Finds every error in settings, data and weights before training starts, and chooses the backend of the settings. Another training in that folder is set aside,
 * whole, as `runs/<name>.old-1`, `.old-2` and so on, and moved back when a run has its settings and data again. The run
 * is locked until this process ends: no other process can train it.
 * @throws {DataError} If the pretrained weights are missing or differ from the published ones, a teacher or FER+'s votes
 * are missing or do not match, the published training has other settings or data, another process trains this run, or
 * `resume` is `required` and there is no such training.
 * @throws {RangeError} If the name is not that of a folder in runs/, a setting does not match the data or the network, or
 * training needs more memory than the machine has.
 * @throws {GraphicsError} If the setting `backend` is `webgpu` and there is no graphics card that can be used.
 * @example
 * ```ts
 * const config = fer.createConfig('smoke', { validationFraction: 0.2, weights: 'random' });
 * const opened = await fer.openRun({ name: 'mine', config, dataset, projectFolder: folder });
 * opened.split.train.length; // 44 of 70 faces
 * ```
 */
export async function openRun(options: OpenRunOptions): Promise<Run> {
	const { name, study, dataset, projectFolder, resume = 'if-same', signal, onEpoch } = options;
	const folder = runFolder(projectFolder, name, 'name', study);
	checkWritable(folder, study !== undefined);
	// Before the network is built: its weights belong to a backend.
	await useBackend(options.config.backend);
	const split = splitDataset(dataset, options.config);
	const config = { ...options.config, protocol: split.protocol };
	const backbone = backboneOf(config.backbone);
	const { published: place } = options;
	const published = place === undefined ? undefined : await readPublished(place, { config, dataset, projectFolder });
	const classifier = await openClassifier(options, backbone, published !== undefined);
	// Phase 2 does this again. Here a wrong name is found before hours of phase 1.
	unfreezeFrom(classifier.model, config.phase2.unfreezeFrom, config.phase2.frozenBatchNormalization);
	if (!published) {
		await checkStartingModel({ config, dataset, split }, classifier);
		checkMemory(classifier, config, { train: split.train, pixels: dataset.pixels });
	}
	const teachers = published ? [] : await findTeachers({ config, dataset, split }, projectFolder);
	const learnsVotes = usesVotes(config, dataset) && !published;
	const votes = learnsVotes ? await findVotes(dataset, join(projectFolder, 'data')) : undefined;
	const key = { config, dataset, backbone, teachers, votes };
	const wanted: Wanted = published
		? { published: published.metrics }
		: { phase1: phase1Key(key), phase2: phase2Key(key) };
	const notes = await takeFolder(folder, wanted, resume);
	const parts = { split, backbone, classifier, teachers, votes, published };
	const fullName = study === undefined ? name : `${study}/${name}`;
	return { name: fullName, folder, config, dataset, ...parts, resume, notes, signal, onEpoch };
}

async function openClassifier(
	{ config, dataset, projectFolder }: OpenRunOptions,
	backbone: Backbone,
	isPublished: boolean,
): Promise<Classifier> {
	const { weights, seed } = config;
	const { dropoutRate, stochasticDepthRate } = config.phase2;
	const head = { classes: dataset.emotions.length, dropoutRate, stochasticDepthRate, seed };
	if (isPublished) return buildClassifier(backbone, head);
	return createClassifier(config.backbone, { ...head, weights, projectFolder });
}

/** Locks a run and arranges its folder; the lock stays unless that fails. */
async function takeFolder(folder: string, wanted: Wanted, resume: Resume): Promise<readonly string[]> {
	const lock = lockRun(folder);
	try {
		return await arrangeRun(folder, wanted, resume);
	} catch (error) {
		lock.release();
		throw error;
	}
}
