import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../lib/evaluation/evaluate';
import { readStoredModel } from '../../lib/runs/storedModel';
import { writeJson } from '../markdown';
import { openTrained } from '../openData';
import { withProgress } from '../progressLine';
import { PUBLISHED, WEIGHT_BITS } from './build';
import { fillFigures, JUDGED, type JudgedWeights } from './figures';

/**
 * Evaluates the published package's weights on the test part of FER2013. Writes docs/results/package.json after each model,
 * and the table of package/README.md. Weights that are there already, by their SHA-256, are not evaluated again.
 * @param folder The weights of the built package, by network and bits.
 */
export async function judgeWeights(folder: string): Promise<void> {
	const earlier: JudgedWeights[] = existsSync(JUDGED) ? JSON.parse(readFileSync(JUDGED, 'utf8')).weights : [];
	const weights: JudgedWeights[] = [];
	for (const network of Object.keys(PUBLISHED)) {
		for (const bits of WEIGHT_BITS) {
			const place = join(folder, network, String(bits));
			const data = readFileSync(join(place, 'weights.bin'));
			const sha256 = createHash('sha256').update(data).digest('hex');
			const known = earlier.find((row) => row.sha256 === sha256);
			const about = { network, bits, bytes: data.length, sha256 };
			weights.push(known ? { ...known, ...about } : { ...about, ...(await judge(place, `${network}, ${bits} bits`)) });
			const isDone = (row: JudgedWeights) =>
				weights.some((done) => done.network === row.network && done.bits === row.bits);
			await writeJson(JUDGED, { weights: [...weights, ...earlier.filter((row) => !isDone(row))] });
		}
	}
	await fillFigures();
}

async function judge(folder: string, title: string) {
	const stored = await readStoredModel(folder);
	const trained = await openTrained(stored);
	const { scores } = await withProgress(title, (onProgress) => evaluate(trained, { onProgress }));
	const { protocol, backbone, seed } = stored.metrics.config;
	stored.model.dispose();
	return { protocol, backbone, seed, n: scores.n, accuracy: scores.accuracy, ttaAccuracy: scores.tta.accuracy };
}
