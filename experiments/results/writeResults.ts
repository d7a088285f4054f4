import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fillPage } from '../../cli/markdown';
import { Problem } from '../../cli/problem';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import { writePng } from '../../lib/figures/rendering/export';
import { publishRun, readResults } from '../../lib/runs/results';
import { drawRunFigures } from '../../lib/runs/runFigures';
import { takeCross, writeCrossPage } from './crossDataset';
import { MODELS, modelSection, trialTable, writeCard } from './modelPages';
import { scoreTable, summaryTable } from './scores';
import { type Published, seedTable, takeSeed } from './seeds';
import { significanceTable } from './significance';
import { writeStudyPage } from './studies';

/** The options of `fer results`, which command.ts describes. */
export type ResultsOptions = Readonly<Partial<Record<'take' | 'as' | 'seed' | 'cross', string>>>;

/**
 * Writes the tables, model cards and figures from models/ and docs/results/.
 * @param names The published models in the order of the tables; the figures are those of the first.
 * @throws {Problem} If no model is published.
 */
export async function writeAll(names: readonly string[], { take, as, seed, cross }: ResultsOptions): Promise<void> {
	if (cross) await takeCross(cross);
	await writeCrossPage();
	if (cross) return;
	await writeStudyPage();
	if (take && as) await publishRun(join(PROJECT_FOLDER, 'runs', take), join(MODELS, as));
	const found = names.filter((name) => existsSync(join(MODELS, name, 'metrics.json')));
	if (found.length === 0) throw new Problem('There is no published model yet. Train one: npx fer train --help');
	const results = await Promise.all(found.map((name) => readResults(join(MODELS, name))));
	const published: Published[] = found.map((name, i) => ({ name, metrics: results[i].metrics }));
	if (seed) await takeSeed(seed, published);
	for (const model of published) await writeCard(model);
	await fillPage('docs/protocol.md', 'results', {
		scores: scoreTable(published),
		seeds: seedTable(published),
		significance: significanceTable(Object.fromEntries(found.map((name, i) => [name, results[i]]))),
		models: published.map(modelSection).join('\n\n'),
		trials: trialTable(),
	});
	await fillPage('README.md', 'results', { summary: summaryTable(published) });
	for await (const [name, figure] of drawRunFigures(results[0])) {
		await writePng(figure, join(PROJECT_FOLDER, 'images', `${name}.png`));
		console.log(`images/${name}.png`);
	}
}
