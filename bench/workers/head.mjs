// @ts-check
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createConfig } from '../../dist/lib/profiles.js';
import { trainHead } from '../../dist/lib/training/trainHead.js';
import { noiseFaces, openClassifier, SEED, versionsOfOurs } from './classifier.mjs';
import { secondsOf, serve } from './protocol.mjs';

/**
 * Phase 1 as a whole: features of all images and their mirror images, the head's epochs, validations, checkpoints.
 * @typedef {{network: string, imageSize: number, batchSize: number, images: number, validation: number, epochs: number}} Options
 */
await serve(async (/** @type {Options} */ { network, imageSize, batchSize, images, validation, epochs }) => {
	const { backbone, classifier } = openClassifier({ network });
	const dataset = noiseFaces(images + validation);
	const indices = Uint32Array.from(dataset.labels.keys());
	const held = indices.subarray(images);
	const split = /** @type {const} */ ({ protocol: 'holdout' });
	/** @param {number} size @param {number} passes */
	const phase = async (size, passes) => {
		const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'fer-bench-'));
		const phase1 = { epochs: passes, batchSize: Math.min(batchSize, size), images: 0, patience: passes };
		const parts = { ...split, seed: SEED, train: indices.subarray(0, size), validation: held, test: held };
		const config = createConfig('full', { imageSize, phase1 });
		const run = { name: 'bench', folder, config, dataset, split: parts, backbone, classifier, teachers: [] };
		try {
			return await secondsOf(() => trainHead({ ...run, resume: 'never' }));
		} finally {
			await fs.rm(folder, { recursive: true, force: true });
		}
	};
	await phase(Math.min(images, 64), 1);
	return {
		info: { versions: versionsOfOurs(), parameters: classifier.model.countParams() },
		repeat: async () => ({ figures: { seconds: await phase(images, epochs) } }),
	};
});
