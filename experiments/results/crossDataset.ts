import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fillPage, tableOf, withRange, writeJson } from '../../cli/markdown';
import { Problem } from '../../cli/problem';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import { writePng } from '../../lib/figures/rendering/export';
import { formatCount, formatPercent, formatRatio } from '../../lib/format';
import { crossFigures } from '../../lib/runs/crossDataset/crossFigures';
import { type CrossResults, crossCells, readCross } from '../../lib/runs/crossDataset/crossResults';
import { trainingTitle } from '../../lib/runs/crossDataset/crossSets';
import { runFolder } from '../../lib/training/runFolder';

const STORED = join(PROJECT_FOLDER, 'docs', 'results', 'crossDataset.json');

/** Copies the results of a finished study in runs/RUN to docs/results. They contain no faces and no weights. */
export async function takeCross(run: string): Promise<void> {
	const results = await readCross(join(runFolder(PROJECT_FOLDER, run, '--cross'), 'results.json'));
	if (results.standIns.length > 0) {
		throw new Problem(
			`Expected a run on real data but runs/${run} used drawn faces for ${results.standIns.join(', ')}. Set the paths of the data sets (data/README.md) and run it again.`,
		);
	}
	await writeJson(STORED, results);
}

/** Makes the table of all trainings and test parts. */
export function matrixTable(results: CrossResults): string {
	return tableOf(crossCells(results), 3, {
		'tested on': ({ testedOn }) => testedOn,
		'trained on': ({ trainedOn }) => trainedOn,
		'its own set': ({ own }) => (own ? 'yes' : 'no'),
		ways: ({ ways }) => `${ways}`,
		n: ({ n }) => formatCount(n),
		accuracy: ({ intervals }) => withRange(intervals.accuracy, formatPercent),
		'macro F1': ({ intervals }) => withRange(intervals.macroF1, formatRatio),
	});
}

/** Makes the table of how each network was trained. */
export function trainingTable({ rows, config }: CrossResults): string {
	const { imagesPerEpoch } = config.phase2;
	return tableOf(rows, 1, {
		'trained on': ({ training }) => trainingTitle(training),
		training: ({ split }) => formatCount(split.train),
		validation: ({ split }) => formatCount(split.validation),
		'epochs of phase 1, of phase 2': ({ epochs }) => `${epochs.phase1}, ${epochs.phase2}`,
		'faces an epoch of phase 2': ({ split }) => formatCount(Math.min(imagesPerEpoch || split.train, split.train)),
		temperature: ({ calibration }) => calibration.temperature.toFixed(3),
	});
}

function settingsText({ about, config, machine: { cpu, cores, node } }: CrossResults): string {
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
	for (const [name, figure] of Object.entries(crossFigures(results))) {
		await writePng(figure, join(PROJECT_FOLDER, 'images', `${name}.png`));
		console.log(`images/${name}.png`);
	}
}
