import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fillPage, ratio, table, withRange, writeJson } from '../../cli/markdown';
import { Problem } from '../../cli/problem';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import { writePng } from '../../lib/figures/rendering/export';
import { formatCount, formatPercent } from '../../lib/format';
import {
	CROSS_FIGURES,
	CROSS_TRAININGS,
	type CrossResults,
	crossCells,
	readCross,
} from '../../lib/runs/crossDataset/crossResults';

/** The stored results, from which the page and its figures are made. */
const STORED = join(PROJECT_FOLDER, 'docs', 'results', 'crossDataset.json');

/**
 * Copies the results of a finished study to docs/results. They contain no faces and no weights.
 * @param run The study's folder in runs/.
 * @throws {Problem} If drawn faces replaced a data set.
 */
export async function takeCross(run: string): Promise<void> {
	const results = await readCross(join(PROJECT_FOLDER, 'runs', run, 'results.json'));
	if (results.standIns.length > 0) {
		throw new Problem(
			`Expected a run on real data but runs/${run} used drawn faces for ${results.standIns.join(', ')}. Set the paths of the data sets (data/README.md) and run it again.`,
		);
	}
	await writeJson(STORED, results);
}

/** Makes the table of all trainings and test parts. */
export function matrixTable(results: CrossResults): string {
	const cells = crossCells(results).map(({ testedOn, ways, n, trainedOn, own, intervals }) => [
		testedOn,
		trainedOn,
		own ? 'yes' : 'no',
		`${ways}`,
		formatCount(n),
		withRange(intervals.accuracy, formatPercent),
		withRange(intervals.macroF1, ratio),
	]);
	return table(['tested on', 'trained on', 'its own set', 'ways', 'n', 'accuracy', 'macro F1'], cells, 3);
}

/** Makes the table of how each network was trained. */
export function trainingTable({ rows, config }: CrossResults): string {
	const faces = (train: number) => formatCount(Math.min(config.phase2.imagesPerEpoch || train, train));
	const cells = rows.map(({ training, split, epochs, calibration }) => [
		CROSS_TRAININGS[training].title,
		formatCount(split.train),
		formatCount(split.validation),
		`${epochs.phase1}, ${epochs.phase2}`,
		faces(split.train),
		calibration.temperature.toFixed(3),
	]);
	const names = ['training', 'validation', 'epochs of phase 1, of phase 2', 'faces an epoch of phase 2'];
	return table(['trained on', ...names, 'temperature'], cells, 1);
}

function settingsText({ about, config, machine }: CrossResults): string {
	const { cpu, cores, node } = machine;
	return `${about.backbone} at ${config.imageSize} px, seed ${about.seed}, TTA with views \`${config.tta.views}\`; ${cores} cores of ${cpu}, Node ${node.replace(/^v/, '')}. Run: \`${about.name}\`.`;
}

/** Writes the tables of docs/cross-dataset.md and its figures in images/, if there are results. */
export async function writeCrossPage(): Promise<void> {
	if (!existsSync(STORED)) return;
	const results = await readCross(STORED);
	await fillPage('docs/cross-dataset.md', 'results', {
		matrix: matrixTable(results),
		trainings: `${trainingTable(results)}\n\n${settingsText(results)}`,
	});
	for (const [name, draw] of Object.entries(CROSS_FIGURES)) {
		await writePng(draw(results), join(PROJECT_FOLDER, 'images', `${name}.png`));
		console.log(`images/${name}.png`);
	}
}
