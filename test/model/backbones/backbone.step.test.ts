// What the same steps give in Keras stands in fixtures/backbones/steps.json, made by make_steps.py there.
import { describe, it } from 'node:test';
import { BACKBONES } from '../../../lib/model/backbones/registry';
import { checkSteps, fixtures } from './networkSteps';

/** In EfficientNet-Lite2 float32 lies up to half of this from float64, Keras's as well as ours. */
const TOLERANCE = 1e-4;

/** The parity of three of these with Keras, gradients included, is tested in files of their own, too; Lite1 is like Lite0. */
const LARGE = ['convnext-tiny', 'resnet50', 'vgg16', 'efficientnet-lite1'];

for (const name of Object.keys(BACKBONES)) {
	const isSlow = LARGE.includes(name) && !process.env.FER_SLOW_TESTS;
	const skip = isSlow ? 'takes half a minute with the other large networks: FER_SLOW_TESTS=1 runs it' : false;
	describe(`two steps of ${name}`, { skip }, () => {
		for (const mode of ['training', 'frozen'] as const) {
			if (mode === 'frozen' && !(`${name} ${mode}` in fixtures)) continue;
			it(`are those of Keras, batch normalisation ${mode}`, async () => {
				await checkSteps(name, mode, TOLERANCE);
			});
		}
	});
}
