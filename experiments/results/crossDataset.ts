// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { count, fillPage, percent, ratio, table, withRange } from '../../cli/markdown.mjs';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { Problem } from '../../scripts/setup/problem.mjs';

/** What the page and its figures are written from. */
const STORED = path.join(ROOT, 'docs', 'results', 'crossDataset.json');

/** @typedef {typeof import('../../dist/lib/index.js')} Library */
/** @typedef {import('../../dist/lib/index.js').CrossResults} CrossResults */

/**
 * Copies the results of a finished study to docs/results. They hold no faces and no weights.
 * @param {Library} fer
 * @param {string} run The study's folder below runs/.
 * @throws {Problem} If drawn faces stood in for a data set.
 */
export async function takeCross(fer, run) {
	const { standIns } = await fer.readCross(path.join(ROOT, 'runs', run, 'results.json'));
	if (standIns.length > 0) {
		throw new Problem(
			`In runs/${run} drawn faces stood in for ${standIns.join(', ')}: that says nothing of real faces. Set the paths of the data sets (data/README.md), and run it again.`,
		);
	}
	fs.copyFileSync(path.join(ROOT, 'runs', run, 'results.json'), STORED);
	console.log(path.relative(ROOT, STORED));
}

/** The matrix as a table; what is at home is marked. @param {Pick<Library, 'crossCells'>} fer @param {CrossResults} results */
export function matrixTable(fer, results) {
	const cells = fer
		.crossCells(results)
		.map(({ testedOn, ways, n, trainedOn, own, intervals }) => [
			testedOn,
			trainedOn,
			own ? 'yes' : 'no',
			`${ways}`,
			count(n),
			withRange(intervals.accuracy, percent),
			withRange(intervals.macroF1, ratio),
		]);
	return table(['tested on', 'trained on', 'its own set', 'ways', 'n', 'accuracy', 'macro F1'], cells, 3);
}

/** How each network was trained. @param {Pick<Library, 'CROSS_TRAININGS'>} fer @param {CrossResults} results */
export function trainingTable(fer, { rows, config }) {
	const faces = (/** @type {number} */ train) => count(Math.min(config.phase2.imagesPerEpoch || train, train));
	const cells = rows.map(({ training, split, epochs, calibration }) => [
		fer.CROSS_TRAININGS[training].title,
		count(split.train),
		count(split.validation),
		`${epochs.phase1}, ${epochs.phase2}`,
		faces(split.train),
		calibration.temperature.toFixed(3),
	]);
	const names = ['training', 'validation', 'epochs of phase 1, of phase 2', 'faces an epoch of phase 2'];
	return table(['trained on', ...names, 'temperature'], cells, 1);
}

/** @param {CrossResults} results */
function settingsText({ about, config, machine }) {
	const { cpu, cores, node } = machine;
	return `${about.backbone} at ${config.imageSize} px, seed ${about.seed}, TTA with views \`${config.tta.views}\`; ${cores} cores of ${cpu}, Node ${node.replace(/^v/, '')}. Run: \`${about.name}\`.`;
}

/**
 * Writes the tables of docs/cross-dataset.md and the study's figures in images/, if there are results.
 * @param {Library} fer
 */
export async function writeCrossPage(fer) {
	if (!fs.existsSync(STORED)) return;
	const results = await fer.readCross(STORED);
	const parts = {
		matrix: matrixTable(fer, results),
		trainings: `${trainingTable(fer, results)}\n\n${settingsText(results)}`,
	};
	fillPage('docs/cross-dataset.md', 'results', parts);
	for (const [name, draw] of Object.entries(fer.CROSS_FIGURES)) {
		await fer.writePng(draw(results), path.join(ROOT, 'images', `${name}.png`));
		console.log(`images/${name}.png`);
	}
}
