import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config';
import type { Dataset } from '../data/dataset';
import { type Split, splitDataset } from '../data/split';
import type { Backbone } from '../model/backbones/backbone';
import { backbone as backboneOf } from '../model/backbones/registry';
import { buildClassifier, type Classifier, createClassifier, unfreezeFrom } from '../model/classifier';
import type { Resume } from './checkpoint';
import { findTeachers, type Teacher } from './distillation';
import { findVotes, type Votes } from './ferPlusVotes';
import { type PublishedTraining, readPublished } from './published';

/** The data, network, settings and folder that all steps of a training share. */
export interface Run {
	/** The folder's name, usually the profile's. */
	readonly name: string;
	readonly folder: string;
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
	/** Ends a training after the current step, with a checkpoint. */
	readonly signal?: AbortSignal;
}

/** The facts about a run that captions and tables state. */
export interface About extends Pick<Config, 'protocol' | 'seed' | 'backbone'> {
	readonly name: string;
	readonly dataset: Pick<Dataset, 'name' | 'drawn' | 'fingerprint'>;
	/** Test images. */
	readonly n: number;
}

/** Returns the folder of a run: `runs/<name>` in the project. */
export function runFolder(projectFolder: string, name: string): string {
	return join(projectFolder, 'runs', name);
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
export interface OpenRunOptions extends Pick<Run, 'name' | 'config' | 'dataset' | 'signal'> {
	/** The folder that contains `.venv`, `data`, `models` and `runs`. */
	readonly projectFolder: string;
	/** Default `if-same`. */
	readonly resume?: Resume;
	/** Folder of a published training to use instead, such as `models/holdout`; pretrained weights are not needed then. */
	readonly published?: string;
}

/**
 * Prepares a run: splits the data, builds the network with its pretrained weights, makes the folder `runs/<name>`.
 * Finds every error in settings, data and weights before training starts.
 * @throws {DataError} If the pretrained weights are missing or differ from the published ones, a teacher or FER+'s votes
 * are missing or do not match, or the published training has other settings or data.
 * @throws {RangeError} If a setting does not match the data or the network.
 * @example
 * ```ts
 * const config = fer.createConfig('smoke', { validationFraction: 0.2, weights: 'random' });
 * const opened = await fer.openRun({ name: 'mine', config, dataset, projectFolder: folder });
 * opened.split.train.length; // 44 of 70 faces
 * ```
 */
export async function openRun(options: OpenRunOptions): Promise<Run> {
	const { name, config, dataset, projectFolder, resume = 'if-same', signal } = options;
	const split = splitDataset(dataset, config);
	const backbone = backboneOf(config.backbone);
	const { dropoutRate, stochasticDepthRate } = config.phase2;
	const published = options.published === undefined ? undefined : await readPublished(options.published, options);
	const { weights, seed } = config;
	const head = { classes: dataset.emotions.length, dropoutRate, stochasticDepthRate, seed };
	const classifier = published
		? buildClassifier(backbone, head)
		: await createClassifier(config.backbone, { ...head, weights, projectFolder });
	// Phase 2 does this again. Here a wrong name is found before hours of phase 1.
	unfreezeFrom(classifier.model, config.phase2.unfreezeFrom, config.phase2.frozenBatchNormalization);
	const teachers = published ? [] : await findTeachers({ config, dataset, split }, projectFolder);
	const learnsVotes = config.ferPlus.lossWeight > 0 && !dataset.drawn && !published;
	const votes = learnsVotes ? await findVotes(dataset, join(projectFolder, 'data')) : undefined;
	const folder = runFolder(projectFolder, name);
	await mkdir(folder, { recursive: true });
	return { name, folder, config, dataset, split, backbone, classifier, teachers, votes, published, resume, signal };
}
