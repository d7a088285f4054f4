import { tableOf } from '../../cli/markdown';
import { formatCount, formatMegabytes, formatPercent } from '../../lib/format';
import type { Bits } from '../../lib/model/exporters/encodeWeights';
import type { compareAnswers, scoreOf } from './comparison';

/** Content of docs/results/exports.json. */
export interface Results {
	readonly date: string;
	readonly machine: Readonly<{ cpu: string; cores: number }>;
	readonly versions: Readonly<Record<string, string>>;
	/** Its folder, from the top of the repository. */
	readonly model: string;
	/** Of its training, whose test part was used. */
	readonly protocol: string;
	/** Test faces. */
	readonly n: number;
	/** The model itself, in TensorFlow. */
	readonly tfjs: ReturnType<typeof scoreOf>;
	readonly onnx: readonly (Readonly<{ bits: Bits; bytes: number }> & ReturnType<typeof compareAnswers>)[];
}

/** Makes the table of docs/export.md, with its conditions. */
export function exportTable({ date, machine, versions, model, protocol, n, tfjs, onnx }: Results): string {
	const rows = tableOf(onnx, 1, {
		'`--bits`': ({ bits }) => (bits === 32 ? '32 (default)' : `${bits}`),
		'size in ONNX': ({ bytes }) => formatMegabytes(bytes),
		accuracy: ({ accuracy }) => formatPercent(accuracy),
		correct: ({ correct }) => formatCount(correct),
		'labels as in TensorFlow.js': ({ equalLabels }) => formatPercent(equalLabels),
		'largest difference of a probability': ({ largestDifference }) => largestDifference.toPrecision(2),
	});
	const faces = `\`${model}\` on the ${formatCount(n)} test faces of protocol \`${protocol}\`, one view`;
	const own = `In TensorFlow.js it reaches ${formatPercent(tfjs.accuracy)} (${formatCount(tfjs.correct)} correct)`;
	const programs = Object.entries(versions).map(([name, version]) => `${name} ${version.replace(/^v/, '')}`);
	const conditions = `${date}, ${machine.cores} cores of ${machine.cpu}; ${programs.join(', ')}`;
	return `${rows}\n\n${faces}. ${own}. ${conditions}.`;
}
