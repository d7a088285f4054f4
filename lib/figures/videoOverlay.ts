import { classColors } from '../classColors';
import { sharedArea } from '../data/boxOverlap';
import type { Box } from '../data/rawImage';
import { formatPercent } from '../format';
import { fitName, longestWidth, textWidth } from './className';

/** A face in a frame: its number, its box in pixels of the video, and a probability for each class. */
interface OverlayFace {
	readonly face: number;
	readonly box: Box;
	readonly probabilities: readonly number[];
}

/** Options of `videoOverlay`. */
interface OverlayOptions {
	readonly faces: readonly OverlayFace[];
	/** Names of the probabilities. */
	readonly emotions: readonly string[];
	/** The size of the video in pixels. */
	readonly width: number;
	readonly height: number;
	/** The size of the drawing in pixels. Default: that of the video. */
	readonly drawn?: { readonly width: number; readonly height: number };
}

/** Bars of a face at most: of a model with more classes, the most likely ones. */
const MOST_BARS = 7;
/** Font size as a part of the video's height, and in pixels. */
const FONT = { share: 1 / 40, least: 9, most: 48 };
/** In font sizes: the length of a bar, the longest name, and the height of a line. */
const [BAR, LONGEST_NAME, LINE] = [4.5, 12, 1.3];

/**
 * Draws what is laid over a frame of a video: the box of each face in the colour of its most likely emotion, and beside it
 * the bars of its probabilities.
 * @returns An SVG document with text, transparent elsewhere.
 */
export function videoOverlay({ faces, emotions, width, height, drawn = { width, height } }: OverlayOptions): string {
	const rows = Math.min(MOST_BARS, emotions.length) + 1;
	const size = Math.min(FONT.most, height / (LINE * rows + 1), Math.max(FONT.least, height * FONT.share));
	const style = { emotions, colors: classColors(emotions), size, width, height };
	const boxes = faces.map(({ box }) => box);
	const labels = faces.map((face) => labelOf(face, style));
	const panels: Box[] = [];
	const parts = faces.map((face, i) => {
		const bars = barsOf(face, style, { boxes: [...boxes, ...panels], labels: labels.map(({ place }) => place) });
		panels.push(bars.place);
		return frameOf(face, style) + labels[i].drawing + bars.drawing;
	});
	const start = `<svg xmlns="http://www.w3.org/2000/svg" width="${drawn.width}" height="${drawn.height}"`;
	return `${start} viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">${parts.join('')}</svg>`;
}

interface Style {
	readonly emotions: readonly string[];
	readonly colors: readonly string[];
	readonly size: number;
	readonly width: number;
	readonly height: number;
}

const number = (value: number) => Number(value.toFixed(2));

function rectangle(x: number, y: number, width: number, height: number, own: string): string {
	return `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" ${own}/>`;
}

/** @param html Escaped already. */
function text(x: number, y: number, html: string, size: number, own = ''): string {
	return `<text x="${number(x)}" y="${number(y)}" font-size="${number(size)}" fill="#ffffff" ${own}>${html}</text>`;
}

const bestOf = (probabilities: readonly number[]) => probabilities.indexOf(Math.max(...probabilities));

/** A part of the drawing, and where it is. */
interface Placed {
	readonly drawing: string;
	readonly place: Box;
}

function frameOf({ box, probabilities }: OverlayFace, { colors, size }: Style): string {
	const stroke = `stroke="${colors[bestOf(probabilities)]}" stroke-width="${number(size / 5)}"`;
	return rectangle(box.left, box.top, box.width, box.height, `fill="none" ${stroke}`);
}

/** The label above a box, or inside if there is no room above. */
function labelOf({ face, box, probabilities }: OverlayFace, { emotions, colors, size, width }: Style): Placed {
	const best = bestOf(probabilities);
	const bold = { size, bold: true };
	const share = formatPercent(probabilities[best], 0);
	const name = fitName(emotions[best], { ...bold, width: LONGEST_NAME * size });
	const length = textWidth(`${face} ${emotions[best]} ${share}`.slice(0, 40), bold) + 0.4 * size;
	const left = Math.max(0, Math.min(box.left, width - length));
	const top = box.top >= LINE * size ? box.top - LINE * size : Math.max(0, box.top);
	const ground = rectangle(left, top, length, LINE * size, `fill="${colors[best]}"`);
	const words = text(left + 0.2 * size, top + size, `${face} ${name} ${share}`, size, 'font-weight="bold"');
	return { drawing: ground + words, place: { left, top, width: length, height: LINE * size } };
}

/** What the bars should leave visible. */
interface Crowd {
	readonly boxes: readonly Box[];
	readonly labels: readonly Box[];
}

function barsOf({ box, probabilities }: OverlayFace, style: Style, crowd: Crowd): Placed {
	const { emotions, colors, size } = style;
	const labels = mostLikely(probabilities);
	const font = { size: 0.85 * size };
	const names = labels.map((label) => emotions[label]);
	const nameWidth = Math.min(LONGEST_NAME * size, longestWidth(names, font));
	const panel = { width: nameWidth + (BAR + 1) * size, height: LINE * size * labels.length + 0.5 * size };
	const place = placeBeside(box, panel, style, crowd);
	const rows = labels.map((label, row) => {
		const y = place.top + 0.25 * size + LINE * size * row;
		const start = place.left + nameWidth + 0.6 * size;
		const [ground, length] = [`fill="#ffffff" fill-opacity="0.25"`, BAR * size * probabilities[label]];
		const name = fitName(emotions[label], { ...font, width: nameWidth + 1 });
		return [
			text(place.left + 0.3 * size, y + 0.95 * size, name, font.size),
			rectangle(start, y + 0.2 * size, BAR * size, 0.9 * size, ground),
			rectangle(start, y + 0.2 * size, length, 0.9 * size, `fill="${colors[label]}"`),
		].join('');
	});
	const ground = rectangle(place.left, place.top, place.width, place.height, 'fill="#000000" fill-opacity="0.6"');
	return { drawing: ground + rows.join(''), place };
}

/** How much worse it is to cover a label than a face. */
const LABEL_COST = 4;

/** Places a panel inside the video where it covers least: at the side of the box with more room, the other, below, above. */
function placeBeside(
	box: Box,
	panel: Pick<Box, 'width' | 'height'>,
	{ size, width, height }: Style,
	{ boxes, labels }: Crowd,
): Box {
	const gap = 0.4 * size;
	const [right, left] = [box.left + box.width + gap, box.left - gap - panel.width];
	const isRight = width - right >= panel.width || width - right >= box.left;
	const wanted = [
		...(isRight ? [right, left] : [left, right]).map((x) => [x, box.top]),
		[box.left, box.top + box.height + gap],
		[box.left, box.top - LINE * size - gap - panel.height],
	];
	const within = (value: number, most: number) => Math.max(0, Math.min(most, value));
	const places = wanted.map(([x, y]) => ({
		...{ left: within(x, width - panel.width), top: within(y, height - panel.height) },
		...panel,
	}));
	const covered = (place: Box, others: readonly Box[]) =>
		others.reduce((sum, other) => sum + sharedArea(place, other), 0);
	const costs = places.map((place) => covered(place, boxes) + LABEL_COST * covered(place, labels));
	return places[costs.indexOf(Math.min(...costs))];
}

/** The labels with a bar, in their own order. */
function mostLikely(probabilities: readonly number[]): number[] {
	const labels = [...probabilities.keys()];
	if (labels.length <= MOST_BARS) return labels;
	return labels
		.sort((a, b) => probabilities[b] - probabilities[a])
		.slice(0, MOST_BARS)
		.sort((a, b) => a - b);
}
