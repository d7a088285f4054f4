import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { fillMarks } from '../../../cli/markdown';
import { exportTable, type Results } from '../../../experiments/exports/report';

const ROOT = resolve(__dirname, '..', '..', '..');
const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');

const RESULTS: Results = {
	date: '2026-01-31',
	machine: { cpu: 'Abacus 3000', cores: 2 },
	versions: { node: 'v20.1.0', onnxruntime: '1.0.0' },
	model: 'models/some',
	protocol: 'official',
	n: 2000,
	tfjs: { accuracy: 0.7, correct: 1400 },
	onnx: [
		{ bits: 32, bytes: 12_340_000, accuracy: 0.7, correct: 1400, equalLabels: 1, largestDifference: 1.23e-6 },
		{ bits: 8, bytes: 3_000_000, accuracy: 0.6995, correct: 1399, equalLabels: 0.9875, largestDifference: 0.0625 },
	],
};

describe('the table of docs/export.md', () => {
	it('has a row for each number of bits, and the conditions', () => {
		assert.deepEqual(exportTable(RESULTS).split('\n').slice(2), [
			'| 32 (default) | 12.3 MB | 70.00 % | 1,400 | 100.00 % | 0.0000012 |',
			'| 8 | 3.0 MB | 69.95 % | 1,399 | 98.75 % | 0.063 |',
			'',
			'`models/some` on the 2,000 test faces of protocol `official`, one view. In TensorFlow.js it reaches 70.00 % (1,400 correct). 2026-01-31, 2 cores of Abacus 3000; node 20.1.0, onnxruntime 1.0.0.',
		]);
	});

	it('is that of docs/results/exports.json, whose figures agree with each other', () => {
		const results: Results = JSON.parse(read('docs/results/exports.json'));
		const page = read('docs/export.md');
		const parts = { bits: exportTable(results) };
		assert.equal(fillMarks(page, { file: 'docs/export.md', group: 'exports', parts }), page);
		assert.deepEqual(
			results.onnx.map(({ bits }) => bits),
			[32, 16, 8],
		);
		for (const { accuracy, correct } of [results.tfjs, ...results.onnx]) assert.equal(accuracy, correct / results.n);
		// As many faces may have changed from right to wrong as have other labels, not more.
		for (const { correct, equalLabels } of results.onnx) {
			assert.ok(Math.abs(correct - results.tfjs.correct) <= Math.round((1 - equalLabels) * results.n));
		}
	});
});
