import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { svgToPng } from '../../lib/data/image';
import { PROJECT_FOLDER } from '../projectFolder';
import type { pageTexts } from './texts';

/**
 * The icons: their sizes in pixels, and the space around the drawing in units of its 64. Systems cut a maskable icon to a
 * circle of 40 % of its side at least (W3C, Web Application Manifest, icon masks).
 */
const ICONS = [
	{ file: '180.png', side: 180, space: 8 },
	{ file: '192.png', side: 192, space: 4 },
	{ file: '512.png', side: 512, space: 4 },
	{ file: 'maskable.png', side: 512, space: 16, purpose: 'maskable' },
] as const;

/** Writes what makes the page an application that can be installed: its manifest, and its icons drawn from demo/icon.svg. */
export async function writeManifest(texts: ReturnType<typeof pageTexts>, folder: string): Promise<void> {
	mkdirSync(join(folder, 'icons'), { recursive: true });
	const drawing = readFileSync(join(PROJECT_FOLDER, 'demo', 'icon.svg'), 'utf8');
	for (const { file, side, space } of ICONS) {
		writeFileSync(join(folder, 'icons', file), await svgToPng(withSpace(drawing, side, space)));
	}
	const manifest = {
		name: texts.title,
		short_name: texts.name,
		description: texts.description,
		lang: 'en',
		start_url: './',
		scope: './',
		display: 'standalone',
		// Those of demo/styles/colors.css in light.
		background_color: '#f5f5f2',
		theme_color: '#f5f5f2',
		icons: ICONS.map(({ file, side, ...more }) => ({
			src: `icons/${file}`,
			sizes: `${side}x${side}`,
			type: 'image/png',
			purpose: 'purpose' in more ? more.purpose : 'any',
		})),
	};
	writeFileSync(join(folder, 'manifest.webmanifest'), `${JSON.stringify(manifest, null, '\t')}\n`);
}

/** Gives an SVG of 64 units a size in pixels and space around it. */
function withSpace(drawing: string, side: number, space: number): string {
	const box = [-space, -space, 64 + 2 * space, 64 + 2 * space].join(' ');
	return drawing.replace('viewBox="0 0 64 64"', `width="${side}" height="${side}" viewBox="${box}"`);
}
