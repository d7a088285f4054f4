import assert from 'node:assert/strict';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { auditDataset } from '../../lib/data/audit';
import { type Dataset, faceAt, firstCopies, gatherPixels, makeDataset, subset } from '../../lib/data/dataset';
import { joinDatasets } from '../../lib/data/parts';
import { PixelFile } from '../../lib/data/pixelFile';
import { splitDataset } from '../../lib/data/split';
import { fineTune } from '../../lib/training/fineTune';
import { patterns, tinyRun } from '../fixtures/training/tinyRun';
import { bytesOf } from './bytesOf';
import { temporaryFolder } from './readers/sources';

const IN_MEMORY = patterns(120);

/** The same data set with its pixels in a file, which something else follows. */
function inFile(t: TestContext, dataset: Dataset = IN_MEMORY): { file: string; stored: Dataset } {
	const file = path.join(temporaryFolder(t), 'pixels');
	writeFileSync(file, Buffer.concat([bytesOf(dataset), Buffer.from('labels and more')]));
	return { file, stored: makeDataset({ ...dataset, pixels: new PixelFile(file, dataset.pixels.length) }) };
}

test('a data set in a file is the same as in memory: fingerprint, images, batches, subsets, copies, audit, split', (t) => {
	const { stored } = inFile(t);
	assert.equal(stored.fingerprint, IN_MEMORY.fingerprint);
	assert.deepEqual(faceAt(stored, 7), faceAt(IN_MEMORY, 7));
	assert.deepEqual(gatherPixels(stored, [119, 0, 5]), gatherPixels(IN_MEMORY, [119, 0, 5]));
	assert.deepEqual(subset(stored, [3, 1, 3]), subset(IN_MEMORY, [3, 1, 3]));
	assert.deepEqual(joinDatasets('two', [stored, IN_MEMORY]), joinDatasets('two', [IN_MEMORY, IN_MEMORY]));
	assert.deepEqual(firstCopies(stored), firstCopies(IN_MEMORY));
	assert.deepEqual(auditDataset(stored), auditDataset(IN_MEMORY));
	const options = { protocol: 'holdout', seed: 1 } as const;
	assert.deepEqual(splitDataset(stored, options), splitDataset(IN_MEMORY, options));
});

test('training from a file gives the same numbers as from memory', async (t) => {
	const { stored } = inFile(t);
	const config = { phase2: { epochs: 1 } };
	const train = (dataset: Dataset) => fineTune(tinyRun(temporaryFolder(t), { dataset, config }));
	const [first, second] = [await train(IN_MEMORY), await train(stored)];
	const figures = ({ history }: typeof first) => history.map(({ imagesPerSecond: _, seconds: __, ...epoch }) => epoch);
	assert.deepEqual(figures(second), figures(first));
});

test('the file may be removed while it is read, but not cut off', (t) => {
	const { file, stored } = inFile(t);
	truncateSync(file, 256);
	assert.deepEqual(stored.pixels.subarray(200, 256), IN_MEMORY.pixels.subarray(200, 256));
	assert.throws(() => stored.pixels.subarray(200, 300), { name: 'DataError', message: /in pixels but received 256\./ });
	rmSync(file);
	assert.deepEqual(stored.pixels.subarray(0, 9), IN_MEMORY.pixels.subarray(0, 9));
});

test('bytes behind the pixels are none of them, as with a Uint8Array', (t) => {
	const { stored } = inFile(t);
	assert.equal(stored.pixels.subarray(stored.pixels.length - 2, stored.pixels.length + 5).length, 2);
	assert.equal(stored.pixels.subarray(5, 5).length, 0);
});
