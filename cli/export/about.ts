import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatCount, formatPercent, formatRange } from '../../lib/format';
import type { ExportAbout } from '../../lib/model/exporters/about';
import { listNames, type ModelAbout, originOf, trainingDataOf } from '../faceModel';
import { PROJECT_FOLDER } from '../projectFolder';

/** The program's name in exported files, by which it recognises its own. */
export const PRODUCER = 'fer-typescript';

/** Describes a model in the texts that an exported file contains. */
export function exportAbout(about: ModelAbout, bits: number): ExportAbout {
	const { emotions, shape, backbone, metrics } = about;
	const { version } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));
	const colors = shape[2] === 1 ? 'greyscale' : 'RGB';
	const data = trainingDataOf(about);
	return {
		// First: what recognises the file reads its start.
		producer: PRODUCER,
		version,
		description: `Classifies faces as ${listNames(emotions, 'or')}: ${colors} pixels in, probabilities out.`,
		classes: JSON.stringify(emotions),
		input: `pixels: float32 [batch, ${shape.join(', ')}], ${colors}, 0 to 255`,
		output: `probabilities: float32 [batch, ${emotions.length}], in the order of the classes`,
		data: metrics && !metrics.dataset.drawn ? `${data}, protocol ${metrics.protocol}` : data,
		accuracy: accuracyOf(about),
		license: `Code: Apache-2.0. ${originOf(about)} ${data}, which has its own terms and is not part of this file.`,
		backbone,
		bits: String(bits),
	};
}

function accuracyOf({ metrics }: ModelAbout): string {
	if (!metrics?.intervals) return 'not measured';
	const { intervals, n, part } = metrics;
	const { estimate } = intervals.accuracy;
	const range = formatRange(intervals.accuracy, formatPercent);
	return `${formatPercent(estimate)} ${range} on the ${part} part, n = ${formatCount(n)}; of the network as trained`;
}
