import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ratio, table, writeJson } from '../../cli/markdown';
import { Problem } from '../../cli/problem';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import type { Metrics } from '../../lib/evaluation/storedMetrics';
import { formatCount, formatPercent } from '../../lib/format';
import { readResults } from '../../lib/runs/results';

/** The scores of the published models' settings with other seeds. */
const STORED = join(PROJECT_FOLDER, 'docs', 'results', 'seeds.json');

/** A model of models/. */
export interface Published {
	/** Its folder. */
	readonly name: string;
	readonly metrics: Metrics;
}

/** The test scores of one training with the settings of the published model `model`. */
export type SeedScores = ReturnType<typeof scoresOf>;

const readStored = (): SeedScores[] => (existsSync(STORED) ? JSON.parse(readFileSync(STORED, 'utf8')) : []);

function scoresOf(model: string, { seed, n, seconds, machine, accuracy, macroF1, tta, withoutCopies }: Metrics) {
	const [plain, several] = [
		{ accuracy, macroF1 },
		{ accuracy: tta.accuracy, macroF1: tta.macroF1 },
	];
	const kept = { n: withoutCopies.n, accuracy: withoutCopies.tta.accuracy };
	return { model, seed, n, seconds, machine, plain, tta: several, withoutCopies: kept };
}

/**
 * Returns the published model that a run repeats with another seed.
 * @throws {Problem} If no published model has the run's settings and data, or the seed is the same too.
 */
export function sameButSeed({ name, seed, config, dataset }: Metrics, published: readonly Published[]): string {
	const same = published.find(
		({ metrics }) =>
			metrics.dataset.fingerprint === dataset.fingerprint &&
			isDeepStrictEqual({ ...metrics.config, seed }, { ...config, seed }),
	);
	if (!same) {
		const names = published.map(({ name }) => `models/${name}`).join(', ');
		throw new Problem(
			`runs/${name} differs by more than its seed from each of ${names}. Train with the settings of one (docs/protocol.md) and another --set seed.`,
		);
	}
	if (same.metrics.seed === seed) {
		throw new Problem(
			`runs/${name} has the seed of models/${same.name}, ${seed}. Train with another one: --set seed=1.`,
		);
	}
	return same.name;
}

/**
 * Adds the scores of a finished run that repeats a published model with another seed to docs/results.
 * @param run The run's folder in runs/.
 */
export async function takeSeed(run: string, published: readonly Published[]): Promise<void> {
	const { metrics } = await readResults(join(PROJECT_FOLDER, 'runs', run));
	const scores = scoresOf(sameButSeed(metrics, published), metrics);
	const others = readStored().filter(({ model, seed }) => model !== scores.model || seed !== scores.seed);
	await writeJson(STORED, [...others, scores]);
}

/** Makes the table of means over seeds, a row for each recipe that was trained with several. */
export function seedTable(published: readonly Published[], stored = readStored()): string {
	const lines = published.flatMap(({ name, metrics }) => {
		const all = [scoresOf(name, metrics), ...stored.filter(({ model }) => model === name)];
		if (all.length === 1) return [];
		const mean = (figure: (scores: SeedScores) => number, format: (value: number) => string) => {
			const values = all.map(figure);
			const average = values.reduce((sum, value) => sum + value, 0) / values.length;
			return `**${format(average)}** (${values.map((value) => format(value)).join(', ')})`;
		};
		return [
			[
				`\`models/${name}\``,
				`\`${metrics.protocol}\``,
				all.map(({ seed }) => seed).join(', '),
				formatCount(metrics.n),
				mean(({ plain }) => plain.accuracy, formatPercent),
				mean(({ tta }) => tta.accuracy, formatPercent),
				mean(({ tta }) => tta.macroF1, ratio),
				mean(({ withoutCopies }) => withoutCopies.accuracy, formatPercent),
			],
		];
	});
	if (lines.length === 0) return 'No recipe has been trained with a second seed yet.';
	const figures = ['accuracy', 'accuracy, TTA', 'macro F1, TTA', 'accuracy, TTA, without copies'];
	return table(['recipe of', 'protocol', 'seeds', 'n', ...figures], lines, 3);
}
