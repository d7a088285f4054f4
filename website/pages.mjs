// @ts-check
import { posix } from 'node:path';

/**
 * The pages of the site in the order of its side bar: Markdown files of the project, by their path in it.
 * @type {readonly {title: string, pages: Readonly<Record<string, string>>}[]}
 */
export const SECTIONS = [
	{
		title: 'Start',
		pages: {
			'README.md': 'Overview',
			'docs/usage.md': 'Training, evaluation, photos',
			'docs/own-data.md': 'Other faces and classes',
			'data/README.md': 'Data sets',
			'docs/settings.md': 'Settings',
			'docs/videos.md': 'Videos',
			'docs/scale.md': 'More machines',
			'docs/export.md': 'Other formats',
			'package/README.md': 'npm package',
		},
	},
	{
		title: 'Results',
		pages: {
			'docs/protocol.md': 'Protocols and scores',
			'docs/recipes.md': 'Ablation and recipes',
			'docs/peers.md': 'Other packages',
			'docs/cross-dataset.md': 'Across data sets',
			'docs/photos.md': 'Face detectors',
			'docs/engine.md': 'Training engine',
			'docs/benchmarks.md': 'Benchmarks',
		},
	},
	{
		title: 'Published models',
		pages: {
			'models/official-distilled/MODEL_CARD.md': 'official-distilled',
			'models/holdout-distilled/MODEL_CARD.md': 'holdout-distilled',
			'models/official/MODEL_CARD.md': 'official',
			'models/holdout/MODEL_CARD.md': 'holdout',
		},
	},
	{ title: 'Project', pages: { 'CONTRIBUTING.md': 'Contributing', 'CHANGELOG.md': 'Changelog' } },
];

/** The files of all pages. */
export const FILES = SECTIONS.flatMap(({ pages }) => Object.keys(pages));

/**
 * The address of a page in the site, without ending: `docs/usage.md` is at `usage`, `data/README.md` at `data`.
 * @param {string} file
 */
export function routeOf(file) {
	const folder = posix.dirname(file);
	const stem = posix.basename(file, '.md');
	if (file === 'README.md') return 'index';
	if (stem === 'README' || stem === 'MODEL_CARD') return folder;
	return stem.toLowerCase();
}
