import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfig } from '../../lib/profiles';
import { trainHead } from '../../lib/training/trainHead';
import { noiseFaces, openClassifier, SEED } from './classifier';
import { secondsOf, serve } from './protocol';

// Phase 1: features of all images and their mirror images, the epochs of the head, validations, checkpoints.
void serve(async ({ network, imageSize, batchSize, images, validation, epochs }) => {
	const { backbone, classifier, info } = openClassifier(network);
	const dataset = noiseFaces(images + validation);
	const indices = Uint32Array.from(dataset.labels.keys());
	const held = indices.subarray(images);
	const phase = async (size: number, passes: number) => {
		const folder = await mkdtemp(join(tmpdir(), 'fer-bench-'));
		const phase1 = { epochs: passes, batchSize: Math.min(batchSize, size), images: 0, patience: passes };
		const config = createConfig('full', { imageSize, phase1 });
		const train = indices.subarray(0, size);
		const split = { protocol: 'holdout' as const, seed: SEED, train, validation: held, test: held };
		const run = { name: 'bench', folder, config, dataset, split, backbone, classifier, teachers: [] };
		try {
			return await secondsOf(() => trainHead({ ...run, resume: 'never' }));
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	};
	await phase(Math.min(images, 64), 1);
	return { info, repeat: async () => ({ figures: { seconds: await phase(images, epochs) } }) };
});
