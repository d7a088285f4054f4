import { readFileSync } from 'node:fs';
import { type Font, type Glyph, type Path, parse } from 'opentype.js';
import { type Box, union } from './box';

/** The style of a piece of text; children override their parent. */
interface TextStyle {
	readonly size: number;
	readonly bold: boolean;
	readonly italic: boolean;
	readonly fill: string;
	readonly fillOpacity: string;
}

/** A line of text, in pieces of one style; `y` is the baseline, `shift` a distance below it. */
interface Line {
	readonly x: number;
	readonly y: number;
	width: number;
	readonly pieces: { text: string; style: TextStyle; offset: number; shift: number }[];
}

const TEXT_NODE = 3;
const SVG = 'http://www.w3.org/2000/svg';
const DEFAULT_STYLE: TextStyle = { size: 12, bold: false, italic: false, fill: '#000', fillOpacity: '1' };

const fonts = new Map<string, Font>();

/** Loads the face of DejaVu Sans for a style, from npm: pictures must not depend on installed fonts. */
function fontFor({ bold, italic }: TextStyle): Font {
	const face = `DejaVuSans${bold || italic ? '-' : ''}${bold ? 'Bold' : ''}${italic ? 'Oblique' : ''}`;
	const known = fonts.get(face);
	if (known) return known;
	const file = readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${face}.ttf`));
	const font = parse(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer);
	fonts.set(face, font);
	return font;
}

/** Places the glyphs of a text, with kerning; opentype.js 2.0 cannot read the ligatures of DejaVu. */
function placeGlyphs(text: string, style: TextStyle): { glyphs: { glyph: Glyph; x: number }[]; width: number } {
	const font = fontFor(style);
	const scale = style.size / font.unitsPerEm;
	let width = 0;
	let last: Glyph | undefined;
	const glyphs = [...text].map((letter) => {
		const glyph = font.charToGlyph(letter);
		// Not getKerningValue: it uses the default script, for which DejaVu has few pairs.
		if (last) width += (font.kerningPairs[`${last.index},${glyph.index}`] ?? 0) * scale;
		const x = width;
		width += (glyph.advanceWidth ?? 0) * scale;
		last = glyph;
		return { glyph, x };
	});
	return { glyphs, width };
}

/** Converts a length to pixels; `em` and `%` are relative to the font size. */
function pixels(length: string, size: number): number {
	const value = Number.parseFloat(length);
	if (length.endsWith('em')) return value * size;
	return length.endsWith('%') ? (value / 100) * size : value;
}

function styleOf(element: SVGElement, parent: TextStyle): TextStyle {
	const value = (property: string) => element.style.getPropertyValue(property) || element.getAttribute(property) || '';
	const weight = value('font-weight');
	return {
		size: value('font-size') ? pixels(value('font-size'), parent.size) : parent.size,
		bold: weight ? weight === 'bold' || Number(weight) >= 600 : parent.bold,
		italic: value('font-style') ? value('font-style') === 'italic' : parent.italic,
		fill: value('fill') || parent.fill,
		fillOpacity: value('fill-opacity') || parent.fillOpacity,
	};
}

/** Lays out a `text` element as a browser does, with what Plotly uses: lines, spans, superscripts, an anchor. */
function layOut(text: SVGElement): Line[] {
	const number = (element: SVGElement, name: string, otherwise: number) =>
		element.hasAttribute(name) ? Number.parseFloat(element.getAttribute(name) ?? '') : otherwise;
	const start = { x: number(text, 'x', 0), y: number(text, 'y', 0) };
	const lines: Line[] = [];
	let shift = 0;
	const append = (content: string, style: TextStyle) => {
		// Plotly puts zero-width spaces beside superscripts; the font has no glyph for them.
		const visible = content.replaceAll('\u200b', '');
		const line = lines[lines.length - 1];
		if (visible) line.pieces.push({ text: visible, style, offset: line.width, shift });
		line.width += placeGlyphs(visible, style).width;
	};
	const walk = (element: SVGElement, parent: TextStyle) => {
		const style = styleOf(element, parent);
		const rise = pixels(element.getAttribute('dy') ?? '0', style.size);
		if (element === text || element.hasAttribute('x') || element.getAttribute('class') === 'line') {
			lines.push({ x: number(element, 'x', start.x), y: number(element, 'y', start.y) + rise, pieces: [], width: 0 });
			shift = 0;
		} else {
			shift += rise;
		}
		for (const child of element.childNodes) {
			if (child.nodeType === TEXT_NODE) append(child.textContent ?? '', style);
			else walk(child as SVGElement, style);
		}
	};
	walk(text, DEFAULT_STYLE);
	const anchor = text.getAttribute('text-anchor') || text.style.getPropertyValue('text-anchor');
	const before = anchor === 'middle' ? 0.5 : anchor === 'end' ? 1 : 0;
	return lines.filter(({ pieces }) => pieces.length > 0).map((line) => ({ ...line, x: line.x - before * line.width }));
}

/** Returns the box of a `text` element by the metrics of its font; null if it is empty. */
export function textBox(text: SVGElement): Box | null {
	return union(
		layOut(text).flatMap(({ x, y, width, pieces }) =>
			pieces.map(({ style, shift }) => {
				const { ascender, descender, unitsPerEm } = fontFor(style);
				const edge = (height: number) => y + shift - (height / unitsPerEm) * style.size;
				return { left: x, right: x + width, top: edge(ascender), bottom: edge(descender) };
			}),
		),
	);
}

/** Replaces each `text` element in `root` by the paths of its glyphs, in place. */
export function outlineText(root: SVGElement): void {
	for (const text of [...root.querySelectorAll('text')] as unknown as SVGElement[]) {
		const group = root.ownerDocument.createElementNS(SVG, 'g');
		for (const name of ['class', 'transform', 'opacity', 'clip-path']) {
			const value = text.getAttribute(name);
			if (value !== null) group.setAttribute(name, value);
		}
		const opacity = text.style.getPropertyValue('opacity');
		if (opacity) group.setAttribute('opacity', opacity);
		for (const { x, y, pieces } of layOut(text)) {
			for (const { text, style, offset, shift } of pieces) {
				const path = root.ownerDocument.createElementNS(SVG, 'path');
				const outlines = placeGlyphs(text, style).glyphs.map(({ glyph, x: start }) =>
					pathData(glyph.getPath(x + offset + start, y + shift, style.size)),
				);
				path.setAttribute('d', outlines.join(''));
				path.setAttribute('fill', style.fill);
				path.setAttribute('fill-opacity', style.fillOpacity);
				group.appendChild(path);
			}
		}
		text.replaceWith(group);
	}
}

/** Formats an outline for SVG; `toPathData` of opentype.js 2.0 joins numbers if one is 0. */
function pathData({ commands }: Path): string {
	const point = (...numbers: number[]) => numbers.map((number) => Number(number.toFixed(2))).join(' ');
	const parts = commands.map((command) => {
		// The fonts are TrueType: no cubic curves.
		if (command.type === 'Z') return 'Z';
		const control = command.type === 'Q' ? `${point(command.x1, command.y1)} ` : '';
		return `${command.type}${control}${point(command.x, command.y)}`;
	});
	return parts.join('');
}
