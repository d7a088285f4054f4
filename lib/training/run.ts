import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config';
import type { Dataset } from '../data/dataset';
import { type Split, splitDataset } from '../data/split';
import type { Backbone } from '../model/backbones/backbone';
import { backbone as backboneOf } from '../model/backbones/registry';
import { type Classifier, unfreezeFrom } from '../model/classifier';
import { createClassifier } from '../model/createClassifier';
import { findTeachers, type Teacher } from './distillation';
import { findVotes, type Votes } from './ferPlusVotes';

/** What a stored training is taken up for. */
export type Resume =
	/** The same config and data; another run is set aside, and a new one begins. */
	| 'if-same'
	/** It must be there and be the same. */
	| 'required'
	/** Never: what is stored is set aside. */
	| 'never';

/** Everything that the steps of a transfer learning share: data, network, settings and a folder. */
export interface Run {
	/** The folder's name, usually the profile's. */
	readonly name: string;
	/** Where checkpoints, metrics and figures go. */
	readonly folder: string;
	readonly config: Config;
	readonly dataset: Dataset;
	readonly split: Split;
	readonly backbone: Backbone;
	readonly classifier: Classifier;
	/** The networks that it learns from in phase 2. */
	readonly teachers: readonly Teacher[];
	/** What its second head learns in phase 2, if it has one. */
	readonly votes?: Votes;
	readonly resume: Resume;
	/** Ends a training after the current step, with a checkpoint. */
	readonly signal?: AbortSignal;
}

/** What a reader of a figure or table should know of a run. */
export interface About extends Pick<Config, 'protocol' | 'seed' | 'backbone'> {
	/** The run's name. */
	readonly name: string;
	readonly dataset: Pick<Dataset, 'name' | 'drawn' | 'fingerprint'>;
	/** Test images. */
	readonly n: number;
}

/** Says which data, protocol and seed a run has. */
export function describeRun({ name, config, dataset, split }: Run): About {
	const { protocol, seed, backbone } = config;
	const { drawn, fingerprint } = dataset;
	return { name, protocol, seed, backbone, dataset: { name: dataset.name, drawn, fingerprint }, n: split.test.length };
}

/** What `openRun` takes. */
export interface OpenRunOptions extends Pick<Run, 'name' | 'config' | 'dataset' | 'signal'> {
	/** The folder that holds `.venv`, `data` and `runs`. */
	readonly projectFolder: string;
	/** Default `if-same`. */
	readonly resume?: Resume;
}

/**
 * Prepares a run: divides the data, builds the network with its pretrained weights, makes the folder `runs/<name>`.
 * All that can be wrong with settings, data and weights shows here, before any training.
 * @throws {DataError} If the pretrained weights are missing or differ from the published ones, or a teacher
 * or FER+'s votes do not serve.
 */
export async function openRun(options: OpenRunOptions): Promise<Run> {
	const { name, config, dataset, projectFolder, resume = 'if-same', signal } = options;
	const split = splitDataset(dataset, config);
	const backbone = backboneOf(config.backbone);
	const { dropoutRate, stochasticDepthRate } = config.phase2;
	const { weights, seed } = config;
	const head = { classes: dataset.emotions.length, dropoutRate, stochasticDepthRate };
	const classifier = await createClassifier(config.backbone, { ...head, weights, seed, projectFolder });
	// Phase 2 does this again; here a wrong name shows before hours of phase 1.
	unfreezeFrom(classifier.model, config.phase2.unfreezeFrom, config.phase2.frozenBatchNormalization);
	const folder = join(projectFolder, 'runs', name);
	const teachers = await findTeachers({ folder, config, dataset, split });
	const votes =
		config.ferPlus.lossWeight > 0 && !dataset.drawn ? await findVotes(dataset, join(projectFolder, 'data')) : undefined;
	await mkdir(folder, { recursive: true });
	return { name, folder, config, dataset, split, backbone, classifier, teachers, votes, resume, signal };
}
