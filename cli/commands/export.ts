import { type Command, Option } from 'commander';
import { formatMegabytes } from '../../lib/format';
import type { Bits } from '../../lib/model/exporters/encodeWeights';
import { examples } from '../examples';
import type { FormatName } from '../export/write';
import { withTask } from '../progressLine';
import { modelFolder, resolveUserPath, shownPath } from '../projectFolder';

/** The formats in the order of the help. */
const FORMATS: readonly FormatName[] = ['onnx', 'keras', 'saved-model', 'tfjs'];

export function registerExport(program: Command): void {
	program
		.command('export')
		.summary('write a trained model for other programs')
		.description(
			'Write a trained model as ONNX, for Keras 3, as a TensorFlow SavedModel or for TensorFlow.js. The file takes raw ' +
				'pixels and returns probabilities; it contains the names of the classes, the data, the accuracy and the licence.',
		)
		.option('--model <folder>', 'models/NAME or runs/NAME/model (default: models/official)')
		.addOption(new Option('--to <format>', 'format of the file').choices(FORMATS).makeOptionMandatory())
		.addOption(
			new Option(
				'--bits <number>',
				'bits of each weight; with 8, which keras lacks, the model is slightly less accurate',
			)
				.choices(['32', '16', '8'])
				.default('32'),
		)
		.option(
			'--output <path>',
			'new file for onnx and keras, new folder for saved-model and tfjs, or those of an earlier export (default: in runs/export)',
		)
		.option('--json', 'print the path and the size as JSON')
		.addHelpText(
			'after',
			examples(
				'export --to onnx',
				'export --model runs/full/model --to keras --output emotions.keras',
				'export --model models/official-distilled --to onnx --bits 8',
			),
		)
		.action(run);
}

interface Options {
	readonly model?: string;
	readonly to: FormatName;
	readonly bits: string;
	readonly output?: string;
	readonly json?: boolean;
}

async function run({ model, to, bits, output, json }: Options): Promise<void> {
	const { writeExport } = await import('../export/write.js');
	const options = { to, bits: Number(bits) as Bits, output: output && resolveUserPath(output) };
	const { path, bytes } = await withTask('Export', () => writeExport(modelFolder(model), options));
	const shown = shownPath(path);
	console.log(json ? JSON.stringify({ path: shown, bytes }, null, '\t') : `${shown}, ${formatMegabytes(bytes)}`);
}
