import { isDeepStrictEqual } from 'node:util';
import { table } from '../../cli/markdown';
import { Problem } from '../../cli/problem';
import { argmaxRows } from '../../lib/evaluation/metrics';
import { mcNemar } from '../../lib/evaluation/statistics';
import { formatCount } from '../../lib/format';
import type { Results } from '../../lib/runs/results';
import { fromBase64 } from '../../lib/runs/storedFaces';

/** Models of one protocol: trained alone, and distilled. */
const PAIRS = [
	['holdout', 'holdout-distilled'],
	['official', 'official-distilled'],
];

/** The stored answers of a published model, with TTA. */
export type Answers = Pick<Results, 'trueLabels' | 'probabilities'>;

/**
 * Makes the table of McNemar's exact test between the models of each protocol, with TTA on the same test images.
 * @param answers By model; pairs that are not complete are left out.
 * @throws {Problem} If the models of a pair were tested on different images.
 */
export function significanceTable(answers: Readonly<Record<string, Answers>>): string {
	const lines = PAIRS.flatMap(([first, second]) => {
		if (!answers[first] || !answers[second]) return [];
		const { trueLabels } = answers[first];
		if (!isDeepStrictEqual(trueLabels, answers[second].trueLabels)) {
			throw new Problem(
				`models/${first} and models/${second} were tested on different images. Train one of them again.`,
			);
		}
		const probabilities = [first, second].map((name) => fromBase64(answers[name].probabilities));
		const classes = probabilities[0].length / trueLabels.length;
		const [before, after] = probabilities.map((rows) => argmaxRows(rows, classes));
		const { onlyBefore, onlyAfter, pValue } = mcNemar({ trueLabels, before, after, classes });
		const counts = [trueLabels.length, onlyBefore, onlyAfter].map(formatCount);
		return [
			[`\`models/${first}\``, `\`models/${second}\``, ...counts, pValue.toFixed(4).replace('0.0000', '< 0.0001')],
		];
	});
	return table(['first', 'second', 'n', 'only the first correct', 'only the second correct', 'p'], lines, 2);
}
