import { statSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../lib/evaluation/evaluate';
import { readMetrics } from '../../lib/evaluation/storedMetrics';
import { formatCount, formatMegabytes, formatPercent } from '../../lib/format';
import { readStoredModel } from '../../lib/runs/storedModel';
import { fillPage, table, writeJson } from '../markdown';
import { openTrained } from '../openData';
import { Problem } from '../problem';
import { withProgress } from '../progressLine';
import { PROJECT_FOLDER } from '../projectFolder';
import { WEIGHT_BITS } from './build';

const RESULT = join(PROJECT_FOLDER, 'docs', 'results', 'package.json');

/**
 * Checks that the weights of a model can be judged: its accuracy becomes that of the published package.
 * @throws {Problem} If it was not trained on FER2013.
 */
export async function checkJudged(folder: string): Promise<void> {
	const { dataset } = await readMetrics(folder);
	if (dataset.name === 'FER2013') return;
	const remedy = "Leave --judge out: the package's README states the accuracy that its training measured.";
	throw new Problem(`Expected a model of FER2013 for --judge but received one of ${dataset.name}. ${remedy}`);
}

/**
 * Evaluates the package's weights on the validation and test parts of FER2013: with both, the cost of fewer bits is
 * measured on more faces. Writes docs/results/package.json and the table of package/README.md.
 * @param folder The weights of the built package, by bits.
 */
export async function judgeWeights(folder: string): Promise<void> {
	const rows = [];
	for (const bits of WEIGHT_BITS) rows.push(await judge(join(folder, String(bits)), bits));
	const { protocol, backbone, seed } = rows[0];
	await writeJson(RESULT, { protocol, backbone, seed, weights: rows });
	await fillPage('package/README.md', 'package', { accuracy: pageTable(rows) });
}

async function judge(folder: string, bits: number) {
	const stored = await readStoredModel(folder);
	const { config } = stored.metrics;
	const trained = await openTrained(stored);
	const judgePart = async (part: 'validation' | 'test') => {
		const options = { indices: trained.split[part] };
		const { scores } = await withProgress(`${bits} bits, ${part} faces`, (onProgress) =>
			evaluate(trained, { ...options, onProgress }),
		);
		return { n: scores.n, accuracy: scores.accuracy, ttaAccuracy: scores.tta.accuracy };
	};
	const [validation, test] = [await judgePart('validation'), await judgePart('test')];
	const { size } = statSync(join(folder, 'weights.bin'));
	const { protocol, backbone, seed } = config;
	return { bits, bytes: size, protocol, backbone, seed, validation, test };
}

function pageTable(rows: readonly Awaited<ReturnType<typeof judge>>[]): string {
	const lines = rows.map(({ bits, bytes, validation, test }) => [
		String(bits),
		formatMegabytes(bytes),
		...[test.accuracy, test.ttaAccuracy, validation.accuracy, validation.ttaAccuracy].map((value) =>
			formatPercent(value),
		),
	]);
	const { test, validation, protocol } = rows[0];
	const parts =
		protocol === 'official'
			? 'PrivateTest, and PublicTest, on which its epoch was chosen'
			: 'the test part, and the validation part';
	const [tested, validated] = [test, validation].map(({ n }) => `(n = ${formatCount(n)})`);
	const names = ['bits', 'weights', `test ${tested}`, 'with `tta`', `validation ${validated}`, 'with `tta`'];
	return `Accuracy on FER2013, protocol \`${protocol}\`: ${parts}.\n\n${table(names, lines, 1)}`;
}
