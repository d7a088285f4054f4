import { join } from 'node:path';
import type { Command } from 'commander';
import type { OnProgress } from '../../lib/progress';
import type { Source } from '../data/fer2013';
import { examples } from '../examples';
import { Problem } from '../problem';
import { withProgress } from '../progressLine';
import { dataPath, RUNS, resolveUserPath, shownPath } from '../projectFolder';

export function registerData(program: Command): void {
	program
		.command('data')
		.summary('download FER2013, weights or votes; describe a data set')
		.description(
			'Find FER2013 at FER2013_PATH or in data/, or else download it from Kaggle, and check that it is complete.',
		)
		.option('--handle <owner/name>', 'download another public copy on Kaggle')
		.option('--url <address>', 'download a file or archive from a web server (default: FER2013_URL)')
		.option('--sha256 <hex>', 'checksum of that file (default: FER2013_SHA256)')
		.option('--weights <backbone>', "instead, download a backbone's ImageNet weights into data/weights")
		.option(
			'--votes',
			"instead, download the FER+ votes on FER2013's faces (MIT licence), for the profiles full and distilled",
		)
		.option(
			'--describe <path>',
			'instead, describe a data set (file, archive or folder): layout, classes, sizes, blank and repeated images; ' +
				'FER2013, FER+, CK+, RAF-DB, AffectNet, KDEF, JAFFE, ExpW, folders by class, a table of images or Parquet',
		)
		.option('--classes <names>', 'classes for --describe, separated by commas; others are left out (default: all)')
		.option('--to <file>', 'PNG file for the class distribution of --describe (default: a file in runs/data)')
		.option('--json', 'print the result as JSON')
		.addHelpText(
			'after',
			examples('data', 'data --weights resnet50', 'data --describe faces.zip --to classes.png', 'data --votes'),
		)
		.action(data);
}

interface Options extends Source {
	readonly weights?: string;
	readonly votes?: boolean;
	readonly describe?: string;
	readonly classes?: string;
	readonly to?: string;
	readonly json?: boolean;
}

async function data(options: Options): Promise<void> {
	for (const name of ['to', 'classes'] as const) {
		if (options[name] === undefined || options.describe !== undefined) continue;
		throw new Problem(`--${name} belongs to --describe PATH.`);
	}
	const [result, text] =
		options.describe === undefined ? await provide(options) : await describe(options.describe, options);
	console.log(options.json ? JSON.stringify(result, null, '\t') : text);
}

/** The longest name of the figure: file systems allow 255 bytes. */
const NAME_LENGTH = 60;

/** Describes a data set, and draws its class distribution. */
async function describe(path: string, { to, classes }: Options): Promise<[object, string]> {
	const { kindOfSource } = await import('../../lib/data/readers/source.js');
	const { checkOutputPng } = await import('../ownOutput.js');
	const source = resolveUserPath(path);
	kindOfSource(source, '--describe');
	if (to) await checkOutputPng(resolveUserPath(to), '--to');
	const { describeData, formatDescription } = await import('../../lib/data/describeData.js');
	const { describeFigure } = await import('../../lib/figures/classDistribution.js');
	const { writePng } = await import('../../lib/figures/rendering/export.js');
	const draw = async (onProgress: OnProgress) => {
		const description = await describeData(source, { fer2013: dataPath(), classes: classes?.split(','), onProgress });
		const place = description.place.replace(/\.(csv|tsv|jsonl|parquet|tar|gz|tgz|zip)\b/gi, '').slice(0, NAME_LENGTH);
		const name = `${place}, ${description.layout}.png`;
		const file = to ? resolveUserPath(to) : join(RUNS, 'data', name);
		await writePng(describeFigure(description), file);
		return { description, figure: shownPath(file) };
	};
	const { description, figure } = await withProgress(`Reading ${path}`, draw);
	return [{ ...description, figure }, `${formatDescription(description)}\n\nFigure: ${figure}`];
}

/** Downloads what is missing. */
async function provide({ votes, weights, ...source }: Options): Promise<[object, string]> {
	let found: { readonly path: string };
	if (votes) {
		const { provideVotes } = await import('../data/votes.js');
		found = { path: await provideVotes(source.url) };
	} else if (weights) {
		const { provideWeights } = await import('../data/weights.js');
		found = { path: await provideWeights(weights, source.url) };
	} else {
		const { checkData, fetchFer2013, locateData } = await import('../data/fer2013.js');
		const path = await locateData();
		found = path ? await checkData(path, source) : await fetchFer2013(source);
	}
	const path = shownPath(found.path);
	return [{ ...found, path }, path];
}
