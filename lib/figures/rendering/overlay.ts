import { svgToRgba } from '../../data/image';
import { outlineText } from './svgText';

/**
 * Renders an SVG document with text to RGB with opacity, `[height, width, 4]`, with this project's own font.
 * @param svg Its texts have a font size; see `videoOverlay`.
 */
export async function renderOverlay(svg: string): Promise<Uint8Array> {
	const { DOMParser } = await import('linkedom');
	const document = new DOMParser().parseFromString(svg, 'image/svg+xml');
	const root = document.documentElement as unknown as SVGElement;
	outlineText(root);
	return svgToRgba(root.toString());
}
