// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { fillPage, table, writeJson } from '../../dist/cli/markdown.js';
import { formatCount as count, formatPercent as percent } from '../../dist/lib/format.js';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { formatMegabytes } from '../../scripts/setup/terminal.mjs';
import { openData, withProgress } from '../library.mjs';
import { WEIGHT_BITS } from './weights.mjs';

const RESULT = path.join(ROOT, 'docs', 'results', 'package.json');

/**
 * Says what the package's weights give on FER2013, on its validation and on its test part: what the bits cost
 * shows on more faces than the test part has. Writes docs/results/package.json and the table of package/README.md.
 * @param {typeof import('../../dist/lib/index.js')} fer
 * @param {string} folder Of the built package's weights, by bits.
 */
export async function judgeWeights(fer, folder) {
	const rows = [];
	for (const bits of WEIGHT_BITS) rows.push(await judge(fer, path.join(folder, String(bits)), bits));
	const { protocol, backbone, seed } = rows[0];
	await writeJson(RESULT, { protocol, backbone, seed, weights: rows });
	await fillPage('package/README.md', 'package', { accuracy: pageTable(rows) });
}

/**
 * @param {typeof import('../../dist/lib/index.js')} fer
 * @param {string} folder
 * @param {number} bits
 */
async function judge(fer, folder, bits) {
	const stored = await fer.readStoredModel(folder);
	const { config } = stored.metrics;
	const dataset = await openData(fer, config);
	const trained = fer.asTrained(stored, dataset, config.protocol);
	/** @param {'validation' | 'test'} part */
	const scores = async (part) => {
		const judged = { ...trained, split: { ...trained.split, test: trained.split[part] } };
		const evaluation = await withProgress(fer, `${bits} bits, ${part} faces`, (onProgress) =>
			fer.evaluate(judged, onProgress),
		);
		const { accuracy, n, tta } = fer.testScores(judged, evaluation);
		return { n, accuracy, ttaAccuracy: tta.accuracy };
	};
	const [validation, test] = [await scores('validation'), await scores('test')];
	const { size } = fs.statSync(path.join(folder, 'weights.bin'));
	const { protocol, seed } = config;
	return { bits, bytes: size, protocol, backbone: config.backbone, seed, validation, test };
}

/** @param {readonly Awaited<ReturnType<typeof judge>>[]} rows */
function pageTable(rows) {
	const lines = rows.map(({ bits, bytes, validation, test }) => [
		String(bits),
		formatMegabytes(bytes),
		...[test.accuracy, test.ttaAccuracy, validation.accuracy, validation.ttaAccuracy].map(percent),
	]);
	const { test, validation, protocol } = rows[0];
	const [tested, validated] = [test.n, validation.n].map(count);
	const parts =
		protocol === 'official'
			? 'PrivateTest, and PublicTest, on which its epoch was chosen'
			: 'the test part, and the validation part';
	const names = [
		'bits',
		'weights',
		`test (n = ${tested})`,
		'with `tta`',
		`validation (n = ${validated})`,
		'with `tta`',
	];
	return `Accuracy on FER2013, protocol \`${protocol}\`: ${parts}.\n\n${table(names, lines, 1)}`;
}
