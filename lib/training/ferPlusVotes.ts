import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config';
import type { Dataset } from '../data/dataset';
import { checkSameRows, readFerPlusVotes, VOTE_CLASSES } from '../data/readers/ferPlus';
import { DataError } from '../errors';
import { tf } from '../tensorflow/tf';
import type { FitOptions } from './fit';
import { crossEntropy } from './losses';

/** Crowd votes on the images of a data set, the targets of a second head. */
export interface Votes {
	/** `[images, classes]`: each class's share of an image's votes; all 0 for an image without votes. */
	readonly shares: Float32Array;
	readonly classes: number;
	/** SHA-256 of the votes. */
	readonly fingerprint: string;
}

/** Whether a training learns from the FER+ votes, which exist on FER2013's images only. */
export function usesVotes({ ferPlus }: Config, { drawn, name }: Pick<Dataset, 'drawn' | 'name'>): boolean {
	return ferPlus.lossWeight > 0 && !drawn && name === 'FER2013';
}

/** Divides the votes of each image by their number. */
export function voteShares(votes: Uint8Array, classes: number): Votes {
	const shares = Float32Array.from(votes);
	for (let start = 0; start < votes.length; start += classes) {
		const all = votes.subarray(start, start + classes).reduce((sum, vote) => sum + vote, 0);
		for (let i = start; i < start + classes; i++) shares[i] /= Math.max(1, all);
	}
	return { shares, classes, fingerprint: createHash('sha256').update(votes).digest('hex') };
}

/**
 * Reads the FER+ votes on FER2013 (Barsoum et al. 2016, arXiv:1608.01041): ten annotators per image chose among eight
 * emotions, unknown and no face. Unlike FER2013's labels, votes show how far annotators agree.
 * @throws {DataError} If the file is missing or damaged, or its rows are not the images of `dataset`.
 * @throws {RangeError} If `dataset` is not FER2013 in the order of fer2013.csv.
 */
export async function findVotes(dataset: Dataset, dataFolder: string): Promise<Votes> {
	const path = join(dataFolder, 'fer2013new.csv');
	if (!existsSync(path)) {
		const remedy = 'Download it with npx fer data --votes, or set ferPlus.lossWeight to 0.';
		throw new DataError(`the FER+ votes fer2013new.csv`, 'data/', 'no such file', remedy);
	}
	const votes = await readFerPlusVotes(path);
	checkSameRows(dataset, votes);
	return voteShares(votes.votes, VOTE_CLASSES.length);
}

/** Returns the shares of some images: `[indices, classes]`, float32. */
export function batchVotes({ shares, classes }: Votes, indices: ArrayLike<number>): tf.Tensor2D {
	const rows = new Float32Array(indices.length * classes);
	for (let i = 0; i < indices.length; i++) {
		rows.set(shares.subarray(indices[i] * classes, (indices[i] + 1) * classes), i * classes);
	}
	return tf.tensor2d(rows, [indices.length, classes]);
}

/**
 * Adds to the first head's loss the weighted cross-entropy of a second head with the votes (multi-task learning; Caruana
 * 1997, doi:10.1023/A:1007379606734). Images without votes add nothing.
 */
export function withVoteLoss(loss: FitOptions['loss'], weight: number): FitOptions['loss'] {
	return (targets, logits, votes) => {
		if (!votes) return loss(targets, logits);
		return tf.tidy(() => {
			const [own, second] = tf.split(logits, [targets.shape[1], votes.shape[1]], 1) as tf.Tensor2D[];
			return tf.add(loss(targets, own), tf.mul(weight, crossEntropy(votes, second, { labelSmoothing: 0 })));
		});
	};
}
