import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { createRandom } from '../../random';
import { type Box, transformBox, union } from './box';
import { outlineText, textBox } from './svgText';

/** Plotly in a document of its own. */
export interface PlotlyPage {
	/**
	 * Draws a figure to SVG, texts as paths. Takes JSON, as objects of one `vm` context are no plain objects to code of
	 * another.
	 */
	draw(figure: string, options: string): Promise<string>;
	/** Starts the page's random numbers anew: Plotly makes the names of its clip paths of them. */
	restart(): void;
}

/**
 * Runs in the page and gives its `draw`. A mistyped attribute would be passed over in silence, so Plotly's own check comes
 * first; `unused` are attributes of something that is switched off, such as the colour of a hidden grid. The check would
 * build the table of all attributes each time anew, which takes longer than the drawing.
 */
const DRAW = `(() => {
	const schema = Plotly.PlotSchema.get();
	Plotly.PlotSchema.get = () => schema;
	return async (figure, options) => {
		const { data, layout } = JSON.parse(figure);
		const problems = (Plotly.validate(data, layout) ?? []).filter(({ code }) => code !== 'unused');
		if (problems.length > 0) throw new Error(problems.map(({ msg }) => msg).join('; '));
		return Plotly.toImage({ data, layout }, { format: 'svg', imageDataOnly: true, ...JSON.parse(options) });
	};
})()`;

/** What a heat map asks of a canvas: it keeps the rectangles and gives them as an SVG picture, sharp at every scale. */
function createCanvasContext(element: Element) {
	const rectangles: string[] = [];
	return {
		fillStyle: '',
		fillRect(x: number, y: number, width: number, height: number) {
			rectangles.push(
				`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${this.fillStyle}" shape-rendering="crispEdges"/>`,
			);
		},
		toDataURL() {
			const [width, height] = [element.getAttribute('width'), element.getAttribute('height')];
			const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${rectangles.join('')}</svg>`;
			return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
		},
	};
}

/** Answers the questions about size that a DOM without layout cannot: only texts have one, in the element's own place. */
function boxOf(element: Element): Box | null {
	if (element.nodeName.toLowerCase() === 'text') return textBox(element as SVGElement);
	return union(
		[...element.children].flatMap((child) => {
			const box = boxOf(child);
			return box ? [transformBox(box, child.getAttribute('transform') ?? '')] : [];
		}),
	);
}

function measure(this: Element) {
	const box = boxOf(this) ?? { left: 0, top: 0, right: 0, bottom: 0 };
	return { ...box, x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
}

/** Keeps the pixels of a PNG square where each becomes a whole number of pixels; elsewhere smoothing looks better. */
function sharpen(image: SVGImageElement, svg: SVGElement): void {
	const [type, content = ''] = (image.getAttribute('href') ?? '').split(';base64,');
	if (type !== 'data:image/png') return;
	const scale = Number(svg.getAttribute('width')) / Number(svg.getAttribute('viewBox')?.split(' ')[2]);
	// The width stands in bytes 16 to 19 of every PNG.
	const ownWidth = Buffer.from(content.slice(0, 28), 'base64').readUInt32BE(16);
	const enlarged = (Number(image.getAttribute('width')) * scale) / ownWidth;
	if (Math.abs(enlarged - Math.round(enlarged)) < 1e-6) image.style.setProperty('image-rendering', 'pixelated');
}

/** What Plotly gets in place of a browser's serializer, the last to touch a drawing: texts become paths on the way out. */
class XMLSerializer {
	serializeToString(svg: SVGElement): string {
		outlineText(svg);
		for (const image of svg.querySelectorAll('image')) sharpen(image, svg);
		return svg.toString();
	}
}

/** Makes the globals of a page without layout: Plotly's questions about size are answered from the fonts. */
async function createWindow() {
	const { parseHTML } = await import('linkedom');
	const { document, DOMParser, Element, HTMLElement, SVGElement, Node } = parseHTML(
		'<!doctype html><html><body></body></html>',
	);
	Object.assign(Element.prototype, { getBoundingClientRect: measure, getBBox: measure });
	const createElement = document.createElement.bind(document);
	document.createElement = (name: string) => {
		const element = createElement(name);
		if (name !== 'canvas') return element;
		const context = createCanvasContext(element);
		return Object.assign(element, { getContext: () => context, toDataURL: () => context.toDataURL() });
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
		addEventListener: silent,
		removeEventListener: silent,
	};
	return Object.assign(window, { window, self: window });
}

/**
 * Loads Plotly into a document of its own in a `vm` context: global `window` and `document` would tell others,
 * TensorFlow.js among them, that they run in a browser.
 */
export async function openPlotlyPage(): Promise<PlotlyPage> {
	const context = vm.createContext(await createWindow());
	const file = require.resolve('plotly.js-dist');
	new vm.Script(readFileSync(file, 'utf8'), { filename: file }).runInContext(context);
	let random = createRandom(0);
	vm.runInContext('Math', context).random = () => random.uniform();
	return {
		draw: vm.runInContext(DRAW, context),
		restart: () => {
			random = createRandom(0);
		},
	};
}
