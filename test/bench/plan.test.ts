import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { photoFiles } from '../../bench/photoFiles';
import { planGroups } from '../../bench/plan';
import { NETWORKS, type Network } from '../../bench/sizes';
import { flopsOf } from '../../bench/workers/profile';
import { BACKBONES } from '../../lib/model/backbones/registry';

const BENCH = resolve(__dirname, '../../bench');

/** Weights of a convolution with its batch normalisation: kernel, then four numbers a channel. */
const withNorm = (kernel: number, channels: number) => kernel + 4 * channels;

function parametersOf({ stem, head, stages }: Network): number {
	let total = withNorm(9 * 3 * stem, stem);
	let channels = stem;
	for (const [blocks, kernelSize, , expansion, filters] of stages) {
		for (let block = 0; block < blocks; block++) {
			const middle = channels * expansion;
			if (expansion > 1) total += withNorm(channels * middle, middle);
			total += withNorm(kernelSize ** 2 * middle, middle) + withNorm(middle * filters, filters);
			channels = filters;
		}
	}
	return total + withNorm(channels * head, head);
}

describe('networks.json', () => {
	it('has the networks of the registry, with as many weights and the same input', () => {
		for (const [name, network] of Object.entries(NETWORKS)) {
			assert.equal(parametersOf(network), BACKBONES[name].parameters, name);
			const { scale, offset } = network;
			assert.deepEqual({ scale, offset }, BACKBONES[name].normalization, name);
		}
	});
});

describe('planGroups', () => {
	const csv = { file: 'fer2013.csv', rows: 35_887, drawn: false };
	const photos = photoFiles('', false);

	it('plans workers that exist, and rows whose side has a worker', () => {
		for (const quick of [false, true]) {
			const groups = planGroups({ quick, csv, photos, folder: '' });
			assert.equal(new Set(groups.map(({ name }) => name)).size, groups.length);
			for (const { name, workers, rows } of groups) {
				for (const { file } of Object.values(workers)) {
					const source = file.endsWith('.py') ? `python/${file}` : `workers/${file.replace('.js', '.ts')}`;
					assert.ok(existsSync(resolve(BENCH, source)), file);
				}
				for (const { side } of rows) assert.ok(side in workers, `${name}: ${side}`);
			}
		}
	});

	it('has the goals of the issue', () => {
		const rows = planGroups({ quick: false, csv, photos, folder: '' }).flatMap((group) => group.rows);
		const goalOf = (what: RegExp, peer: RegExp) => {
			const found = rows.filter((row) => what.test(row.what) && peer.test(row.peer));
			return [...new Set(found.map(({ goal }) => goal))];
		};
		assert.deepEqual(goalOf(/^fine-tuning, all layers, 96x96, batch 64, (Mob|Eff)/, /^Keras$/), [1.6, 1.5]);
		assert.deepEqual(goalOf(/^fine-tuning, all layers, .* (Mob|Eff)/, /^PyTorch/), [1.3]);
		assert.deepEqual(goalOf(/^fine-tuning, all layers, .* ResNet50/, /./), [undefined]);
		assert.deepEqual(goalOf(/^fine-tuning, all layers/, /stock/), [8, 6.5]);
		assert.deepEqual(goalOf(/^fine-tuning, batch norm frozen/, /Keras/), [1.2, 1.1]);
		assert.deepEqual(goalOf(/^phase 1/, /Keras/), [6]);
		assert.deepEqual(goalOf(/^prediction with the mirrored view/, /Keras/), [1.5]);
		assert.deepEqual(goalOf(/^prediction with the mirrored view/, /ONNX|PyTorch/), [1, 1.3]);
		assert.deepEqual(goalOf(/^one face, latency p50/, /./), [1.6, 2, 0.9]);
		assert.deepEqual(goalOf(/^one face, latency p99/, /./), [1.3, 2, 0.9]);
		assert.deepEqual(goalOf(/^augmentation/, /Keras/), [3]);
		assert.deepEqual(goalOf(/^reading fer2013.csv, 35,887 rows/, /pandas/), [3]);
	});
});

describe('flopsOf', () => {
	const tensor = (...shape: number[]) => ({ shape, dtype: 'float32' });
	const sizes = { shape: [4], dtype: 'int32' };
	// 2 images of 8 x 8 x 3, 16 filters of 5 x 5: each of 2 x 8 x 8 x 16 values takes 5 x 5 x 3 products and sums.
	const [x, kernel, y] = [tensor(2, 8, 8, 3), tensor(5, 5, 3, 16), tensor(2, 8, 8, 16)];
	const convolution = 2 * (2 * 8 * 8 * 16) * (5 * 5 * 3);

	it('counts a convolution and both its gradients alike', () => {
		assert.equal(flopsOf('Conv2D', [x, kernel], [y]), convolution);
		assert.equal(flopsOf('Conv2DBackpropInput', [sizes, kernel, y], [x]), convolution);
		assert.equal(flopsOf('Conv2DBackpropFilter', [x, sizes, y], [kernel]), convolution);
		assert.equal(flopsOf('_FusedConv2D', [x, kernel, tensor(16)], [y]), convolution);
	});

	it('counts one filter a channel where it is depthwise', () => {
		const [filters, smaller] = [tensor(3, 3, 3, 1), tensor(2, 4, 4, 3)];
		const depthwise = 2 * (2 * 4 * 4 * 3) * (3 * 3);
		assert.equal(flopsOf('DepthwiseConv2dNative', [x, filters], [smaller]), depthwise);
		assert.equal(flopsOf('DepthwiseConv2dNativeBackpropInput', [sizes, filters, smaller], [x]), depthwise);
		assert.equal(flopsOf('DepthwiseConv2dNativeBackpropFilter', [x, sizes, smaller], [filters]), depthwise);
	});

	it('counts a matrix product, transposed or not, and nothing of other ops', () => {
		assert.equal(flopsOf('MatMul', [tensor(5, 7), tensor(7, 3)], [tensor(5, 3)]), 2 * 5 * 7 * 3);
		assert.equal(flopsOf('MatMul', [tensor(7, 5), tensor(3, 7)], [tensor(5, 3)]), 2 * 5 * 7 * 3);
		assert.equal(flopsOf('BatchMatMulV2', [tensor(4, 5, 7), tensor(4, 7, 3)], [tensor(4, 5, 3)]), 4 * 2 * 5 * 7 * 3);
		assert.equal(flopsOf('Relu6', [x], [x]), 0);
	});
});
