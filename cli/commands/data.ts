import type { Command } from 'commander';
import type { FoundData, Source } from '../data/fer2013';
import { examples } from '../examples';
import { shownPath } from '../projectFolder';

/** Registers `fer data`. */
export function registerData(program: Command): void {
	program
		.command('data')
		.summary('download and check FER2013, weights or votes; describe a data set')
		.description('Download FER2013 into data/ unless it is there, and check that it is complete.')
		.option('--handle <owner/name>', 'download another public copy from Kaggle')
		.option('--url <address>', 'download a file or archive from a web server (default: FER2013_URL)')
		.option('--sha256 <hex>', 'its checksum (default: FER2013_SHA256)')
		.option('--weights <backbone>', "instead, download a backbone's ImageNet weights into data/weights")
		.option('--votes', "instead, download FER+'s votes on FER2013's faces, which the full profile uses (MIT licence)")
		.option(
			'--describe <path>',
			'instead, describe a data set (file, archive or folder): layout, classes, sizes, blank and repeated images; ' +
				'FER2013, FER+, CK+, RAF-DB, AffectNet or folders by class',
		)
		.option('--to <file>', "PNG file of the description's figure (default: a file in runs/data)")
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
	readonly to?: string;
	readonly json?: boolean;
}

async function data(options: Options): Promise<void> {
	const print = (result: object, text: string) => console.log(options.json ? JSON.stringify(result, null, '\t') : text);
	if (options.describe !== undefined) {
		const { describe } = await import('../data/describe.js');
		const { formatDescription } = await import('../../lib/data/describeData.js');
		const { description, figure } = await describe(options.describe, options.to);
		const figurePath = shownPath(figure);
		return print({ ...description, figure: figurePath }, `${formatDescription(description)}\n\nFigure: ${figurePath}`);
	}
	const found = await provide(options);
	print({ ...found, path: shownPath(found.path) }, shownPath(found.path));
}

async function provide(options: Options): Promise<Pick<FoundData, 'path'>> {
	if (options.votes) {
		const { provideVotes } = await import('../data/votes.js');
		return { path: await provideVotes(options.url) };
	}
	if (options.weights) {
		const { provideWeights } = await import('../data/weights.js');
		return { path: await provideWeights(options.weights, options.url) };
	}
	const { checkData, fetchFer2013, locateData } = await import('../data/fer2013.js');
	const path = locateData();
	return path ? checkData(path) : fetchFer2013(options);
}
