import { classColors } from '../classColors';
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
	const parts = faces.map((face) => boxOf(face, style) + barsOf(face, style));
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

/** The box, and its label above it, or inside if there is no room above. */
function boxOf({ face, box, probabilities }: OverlayFace, { emotions, colors, size, width }: Style): string {
	const best = bestOf(probabilities);
	const frame = rectangle(
		...([box.left, box.top, box.width, box.height] as const),
		`fill="none" stroke="${colors[best]}" stroke-width="${number(size / 5)}"`,
	);
	const bold = { size, bold: true };
	const share = formatPercent(probabilities[best], 0);
	const name = fitName(emotions[best], { ...bold, width: LONGEST_NAME * size });
	const shown = `${face} ${name} ${share}`;
	const length = textWidth(`${face} ${emotions[best]} ${share}`.slice(0, 40), bold) + 0.4 * size;
	const left = Math.max(0, Math.min(box.left, width - length));
	const top = box.top >= LINE * size ? box.top - LINE * size : Math.max(0, box.top);
	const ground = rectangle(left, top, length, LINE * size, `fill="${colors[best]}"`);
	return frame + ground + text(left + 0.2 * size, top + size, shown, size, 'font-weight="bold"');
}

/** The bars, at the side of the box that has more room. */
function barsOf({ box, probabilities }: OverlayFace, { emotions, colors, size, width, height }: Style): string {
	const labels = mostLikely(probabilities);
	const small = 0.85 * size;
	const style = { size: small };
	const names = labels.map((label) => emotions[label]);
	const nameWidth = Math.min(LONGEST_NAME * size, longestWidth(names, style));
	const [panelWidth, panelHeight] = [nameWidth + (BAR + 1) * size, LINE * size * labels.length + 0.5 * size];
	const right = box.left + box.width + 0.4 * size;
	const isRight = width - right >= panelWidth || width - right >= box.left;
	const wanted = isRight ? right : box.left - 0.4 * size - panelWidth;
	const left = Math.max(0, Math.min(width - panelWidth, wanted));
	const top = Math.max(0, Math.min(height - panelHeight, box.top));
	const rows = labels.map((label, row) => {
		const y = top + 0.25 * size + LINE * size * row;
		const start = left + nameWidth + 0.6 * size;
		const [ground, length] = [`fill="#ffffff" fill-opacity="0.25"`, BAR * size * probabilities[label]];
		const name = fitName(emotions[label], { ...style, width: nameWidth + 1 });
		return [
			text(left + 0.3 * size, y + 0.95 * size, name, small),
			rectangle(start, y + 0.2 * size, BAR * size, 0.9 * size, ground),
			rectangle(start, y + 0.2 * size, length, 0.9 * size, `fill="${colors[label]}"`),
		].join('');
	});
	return rectangle(left, top, panelWidth, panelHeight, 'fill="#000000" fill-opacity="0.6"') + rows.join('');
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
