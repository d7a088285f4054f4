import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { selectPixels } from '../../lib/data/pixels';
import { backbone } from '../../lib/model/backbones/registry';
import { buildClassifier, unfreezeFrom } from '../../lib/model/classifier';
import { createConfig } from '../../lib/profiles';
import { headImages } from '../../lib/training/headImages';
import { checkMemory, phase2Bytes } from '../../lib/training/memory';

const HEAD = { classes: 7, dropoutRate: 0, stochasticDepthRate: 0, seed: 1 };

describe('the memory of a training', () => {
	const vgg = buildClassifier(backbone('vgg16-block3'), HEAD);

	it('is at least that of the outputs of the convolutions', () => {
		// Two of 64 channels, two of 128 at half the side, three of 256 at a quarter: VGG16's first three blocks.
		const values = 2 * 64 * 48 ** 2 + 2 * 128 * 24 ** 2 + 3 * 256 * 12 ** 2;
		assert.equal(phase2Bytes(vgg, 10, 48), 10 * 4 * values);
	});

	it('does not count layers that stay as they are', () => {
		unfreezeFrom(vgg.model, 'block3', false);
		assert.equal(phase2Bytes(vgg, 1, 48), 4 * 3 * 256 * 12 ** 2);
		unfreezeFrom(vgg.model, 'all', false);
	});

	it('is known for every shape of network', () => {
		for (const name of ['efficientnet-lite0', 'efficientnet-b0', 'mobilenet-v2', 'convnext-tiny']) {
			const bytes = phase2Bytes(buildClassifier(backbone(name), HEAD), 1, 96);
			assert.ok(bytes > 1e6 && bytes < 1e8, `${name}: ${bytes}`);
		}
	});

	it('must be there: a training that cannot fit is refused with the estimate', () => {
		const train = new Uint32Array(28_709);
		const config = createConfig('full', { phase2: { batchSize: 4096, imageSizes: [{ fromEpoch: 2, size: 512 }] } });
		assert.throws(() => checkMemory(vgg, config, { train }, 16e9), {
			name: 'RangeError',
			message:
				/^Expected a training that fits into 16\.0 GB of memory for config\.phase2\.batchSize but received 4096 images of 512 px, which need at least \d{3,}\.\d GB\. Lower it or the image size\.$/,
		});
		checkMemory(vgg, createConfig('full'), { train }, 16e9);
		// A batch is never larger than its epoch.
		checkMemory(
			vgg,
			createConfig('full', { imageSize: 48, phase2: { batchSize: 4096 } }),
			{ train: train.subarray(0, 10) },
			1e9,
		);
		const many = createConfig('full', { phase2: { batchSize: 1 } });
		assert.throws(() => checkMemory(vgg, many, { train: new Uint32Array(1e6) }, 1e9), /config\.phase1\.images/);
	});

	it('has room for the data set too, unless that is in a file, of which phase 1 takes fewer images', () => {
		const config = createConfig('full', { imageSize: 48, phase2: { batchSize: 1 } });
		const [train, pixels] = [new Uint32Array(1000), new Uint8Array(1e8)];
		assert.throws(() => checkMemory(vgg, config, { train, pixels }, 1.01e8), /need at least 0\.1 GB/);
		checkMemory(vgg, config, { train, pixels: selectPixels([{ pixels, indices: train }], 1e5, 0) }, 1.01e8);
		const many = new Uint32Array(300_000);
		const inFile = selectPixels([{ pixels, indices: many }], 1e5, 0);
		assert.equal(headImages(config, { train: many, pixels: inFile, features: 1280 }), 12_500);
		assert.equal(headImages(config, { train: many, pixels, features: 1280 }), 300_000);
		assert.equal(headImages(config, { train, pixels: inFile, features: 1280 }), 1000);
		const chosen = createConfig('full', { phase1: { images: 20_000 } });
		assert.equal(headImages(chosen, { train: many, pixels: inFile, features: 1280 }), 20_000);
	});
});
