import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { createRandom } from '../../random';
import { type Box, transformBox, union } from './box';
import { outlineText, textBox } from './svgText';

/** Draws a figure, given as JSON, to SVG: an object of one `vm` context is not a plain object in another. */
export type DrawInPage = (figure: string) => Promise<string>;

/** The attribute of an image with the pixels of the figure per pixel of the PNG. */
export const ENLARGED = 'data-enlarged';

/**
 * Returns a `DrawInPage` in the page. Plotly ignores misspelled attributes, so its own check comes first; `unused` are those
 * of something hidden. The schema is cached, since building it for each check takes longer than drawing.
 */
const DRAW = `(() => {
	const schema = Plotly.PlotSchema.get();
	Plotly.PlotSchema.get = () => schema;
	return async (figure) => {
		const { data, layout } = JSON.parse(figure);
		const problems = (Plotly.validate(data, layout) ?? []).filter(({ code }) => code !== 'unused');
		if (problems.length > 0) throw new Error(problems.map(({ msg }) => msg).join('; '));
		return Plotly.toImage({ data, layout }, { format: 'svg', imageDataOnly: true });
	};
})()`;

/** Makes an element the canvas of a heat map: exports its rectangles as SVG, which is sharp at every scale. */
function asCanvas<T extends Element>(element: T) {
	const rectangles: string[] = [];
	const context = {
		fillStyle: '',
		fillRect(x: number, y: number, width: number, height: number) {
			const place = `x="${x}" y="${y}" width="${width}" height="${height}"`;
			rectangles.push(`<rect ${place} fill="${this.fillStyle}" shape-rendering="crispEdges"/>`);
		},
	};
	const toDataURL = () => {
		const [width, height] = [element.getAttribute('width'), element.getAttribute('height')];
		const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${rectangles.join('')}</svg>`;
		return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
	};
	return Object.assign(element, { getContext: () => context, toDataURL });
}

/** Measures an element in its own coordinates. Only texts have a size. */
function boxOf(element: Element): Box | null {
	if (element.nodeName.toLowerCase() === 'text') return textBox(element as SVGElement);
	const boxes = [...element.children].flatMap((child) => {
		const box = boxOf(child);
		return box ? [transformBox(box, child.getAttribute('transform') ?? '')] : [];
	});
	return union(boxes);
}

function measure(this: Element) {
	const box = boxOf(this) ?? { left: 0, top: 0, right: 0, bottom: 0 };
	return { ...box, x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
}

/** Notes how much a PNG is enlarged, for `rasterize`. */
function noteEnlargement(image: SVGImageElement): void {
	const [type, content = ''] = (image.getAttribute('href') ?? '').split(';base64,');
	if (type !== 'data:image/png') return;
	// The width is in bytes 16 to 19 of every PNG.
	const ownWidth = Buffer.from(content.slice(0, 28), 'base64').readUInt32BE(16);
	image.setAttribute(ENLARGED, String(Number(image.getAttribute('width')) / ownWidth));
}

/** Replaces the browser's serializer, the last step of a drawing, to convert texts to paths. */
class XMLSerializer {
	serializeToString(svg: SVGElement): string {
		outlineText(svg);
		for (const image of svg.querySelectorAll('image')) noteEnlargement(image);
		return svg.toString();
	}
}

/** Creates the globals of a page without a layout engine; sizes come from the fonts. */
async function createWindow() {
	const { parseHTML } = await import('linkedom');
	const { document, DOMParser, Element, HTMLElement, SVGElement, Node } = parseHTML(
		'<!doctype html><html><body></body></html>',
	);
	Object.assign(Element.prototype, { getBoundingClientRect: measure, getBBox: measure });
	const createElement = document.createElement.bind(document);
	document.createElement = (name: string) => {
		const element = createElement(name);
		return name === 'canvas' ? asCanvas(element) : element;
	};
	const silent = () => undefined;
	const window = {
		...{ document, DOMParser, Element, HTMLElement, SVGElement, Node, XMLSerializer },
		...{ setTimeout, clearTimeout, performance, TextDecoder, TextEncoder, Blob, AbortController },
		console: { log: silent, warn: silent, error: silent, info: silent, trace: silent },
		navigator: { userAgent: '' },
		location: { href: 'http://localhost/' },
		URL: { createObjectURL: () => '' },
		getComputedStyle: (element: HTMLElement) => element.style,
		requestAnimationFrame: (step: () => void) => setTimeout(step, 0),
		...{ addEventListener: silent, removeEventListener: silent },
	};
	return Object.assign(window, { window, self: window });
}

/** Loads Plotly into a `vm` context: with a global `window`, TensorFlow.js would believe that it runs in a browser. */
export async function openPlotlyPage(): Promise<DrawInPage> {
	const context = vm.createContext(await createWindow());
	const file = require.resolve('plotly.js-dist');
	new vm.Script(readFileSync(file, 'utf8'), { filename: file }).runInContext(context);
	const draw: DrawInPage = vm.runInContext(DRAW, context);
	return (figure) => {
		// Plotly makes the names of clip paths from random numbers.
		const random = createRandom(0);
		vm.runInContext('Math', context).random = () => random.uniform();
		return draw(figure);
	};
}
