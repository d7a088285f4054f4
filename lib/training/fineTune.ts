import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { mirrorOnly } from '../augmentation/augment';
import type { Config } from '../config';
import { countClasses } from '../data/dataset';
import { predict } from '../evaluation/predict';
import { unfreezeFrom, VOTE_HEAD, withVoteHead } from '../model/classifier';
import { classifierOf } from '../model/exportModel';
import { unfoldBatchNormalization } from '../model/foldBatchNormalization';
import { loadModel } from '../model/modelFile';
import type { OnProgress } from '../progress';
import type { tf } from '../tensorflow/tf';
import { augmentedBatch } from './batch';
import { askTeachers } from './distillation';
import { withVoteLoss } from './ferPlusVotes';
import { epochOrder, imbalanceLoss } from './imbalance';
import { crossEntropy } from './losses';
import type { Run } from './run';
import { phase2Key } from './trainingKey';
import { type PhaseData, type PhaseResult, publishedPhase, trainPhase } from './trainPhase';

/**
 * Fine-tunes the network on augmented images (phase 2), after `trainHead`. Checkpoints go to `phase2` in the run's folder.
 * @param run Left with the weights of the best epoch in `run.classifier.model`, or with those of `run.published`.
 * @throws {RangeError} If the loss is not finite.
 * @throws {DataError} If `run.resume` is `required` and there is no stored training of the same settings and data, or a
 * teacher's or the published model cannot be loaded.
 * @example
 * ```ts
 * const { history } = await fer.fineTune(run);
 * history.at(-1)?.validationAccuracy; // 0 to 1
 * ```
 */
export async function fineTune(run: Run, onProgress?: OnProgress): Promise<PhaseResult> {
	const { config, dataset, split, classifier, votes, published } = run;
	if (published) {
		await takeWeights(classifier.model, published.folder);
		return publishedPhase(published, 'phase2');
	}
	const { imagesPerEpoch, imbalance, labelSmoothing } = config.phase2;
	const model = votes ? withVoteHead(classifier, { votes: votes.classes, seed: config.seed }) : classifier.model;
	unfreezeFrom(classifier.model, config.phase2.unfreezeFrom, config.phase2.frozenBatchNormalization);
	// A run that stopped in phase 1 has no phase 2 yet, and phase 1 has already been compared.
	const begins = run.resume === 'required' && !existsSync(join(run.folder, 'phase2'));
	const counts = countClasses(dataset, split.train);
	const lossOptions = { labelSmoothing, ...imbalanceLoss(imbalance, counts) };
	try {
		return await trainPhase({ ...run, resume: begins ? 'if-same' : run.resume }, onProgress, {
			number: 2,
			key: phase2Key(run),
			model,
			settings: config.phase2,
			examples: Math.min(imagesPerEpoch || split.train.length, split.train.length),
			order: (random) => epochOrder(dataset, split.train, imbalance, random),
			loss: withVoteLoss((targets, logits) => crossEntropy(targets, logits, lossOptions), config.ferPlus.lossWeight),
			imageSize: (epoch) => imageSizeAt(config, epoch),
			prepare: () => prepare(run, onProgress),
		});
	} finally {
		if (votes) model.getLayer(VOTE_HEAD).dispose();
	}
}

async function takeWeights(model: tf.LayersModel, folder: string): Promise<void> {
	const published = await loadModel(folder);
	try {
		unfoldBatchNormalization(classifierOf(published), model);
	} finally {
		published.dispose();
	}
}

async function prepare(run: Run, onProgress?: OnProgress): Promise<PhaseData> {
	const { config, dataset, split, classifier, backbone, votes } = run;
	const teaching = await askTeachers(run, onProgress);
	const predictOptions = { backbone, imageSize: config.imageSize, onProgress, stage: 'Phase 2, validation' };
	return {
		batch: (indices, epoch, random) => {
			const { epochs, plainEpochs, augmentation: full } = config.phase2;
			// The last epochs train on images like those at test time (He et al. 2019, arXiv:1909.09148).
			const augmentation = epoch > epochs - plainEpochs ? mirrorOnly(full) : full;
			const options = { augmentation, backbone, imageSize: imageSizeAt(config, epoch), teaching, votes };
			return augmentedBatch(dataset, indices, options, random);
		},
		validate: () => predict(classifier.model, dataset, split.validation, predictOptions),
	};
}

/** Side of the training images in an epoch. */
function imageSizeAt({ imageSize, phase2 }: Config, epoch: number): number {
	return phase2.imageSizes.filter(({ fromEpoch }) => fromEpoch <= epoch).at(-1)?.size ?? imageSize;
}
