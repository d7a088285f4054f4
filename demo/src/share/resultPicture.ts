import type { TrackedFace } from '../faceTracker.js';
import { percent } from '../page.js';

/** A picture with its faces, to be drawn as one image. */
export interface ShownPicture {
	readonly image: HTMLCanvasElement | HTMLVideoElement;
	readonly width: number;
	readonly height: number;
	readonly isMirror: boolean;
	readonly faces: readonly TrackedFace[];
}

/** Names and colours of the classes, and colours of the page. */
export interface PictureStyle {
	readonly emotions: readonly string[];
	readonly colors: readonly string[];
	readonly ground: string;
	readonly text: string;
	readonly track: string;
}

/** Narrowest picture, in which the bars of two faces fit side by side; the widest, as large as photos are shown. */
const [NARROWEST, WIDEST] = [640, 1600];
/** Layout in pixels of a picture of 640 pixels; larger ones are scaled. */
const [MARGIN, BLOCK, TITLE, BAR, NAME, VALUE] = [16, 288, 28, 22, 84, 48];

/** Draws a picture with boxes around its faces and, below it, the bars of each. */
export function drawResult(picture: ShownPicture, style: PictureStyle): HTMLCanvasElement {
	const { faces } = picture;
	const width = Math.min(Math.max(picture.width, NARROWEST), WIDEST);
	const height = Math.round((width * picture.height) / picture.width);
	// Bars grow with the picture up to a size that can be read when it is seen as a whole.
	const unit = Math.min(width / NARROWEST, 1.5);
	const columns = Math.max(1, Math.floor((width / unit - MARGIN) / (BLOCK + MARGIN)));
	const rows = Math.ceil(faces.length / columns);
	const block = TITLE + BAR * style.emotions.length + MARGIN;
	const canvas = Object.assign(document.createElement('canvas'), {
		width,
		height: height + Math.round(rows > 0 ? (MARGIN + rows * block) * unit : 0),
	});
	const context = canvas.getContext('2d');
	if (!context) throw new Error('the browser is out of memory');
	context.fillStyle = style.ground;
	context.fillRect(0, 0, width, canvas.height);
	context.save();
	if (picture.isMirror) context.setTransform(-1, 0, 0, 1, width, 0);
	context.drawImage(picture.image, 0, 0, width, height);
	context.restore();
	context.textBaseline = 'middle';
	for (const face of faces) drawBox(context, face, { width, height, unit, color: colorOf(face, style) });
	context.setTransform(unit, 0, 0, unit, 0, height);
	for (const [i, face] of faces.entries()) {
		const left = MARGIN + (i % columns) * (BLOCK + MARGIN);
		drawBars(context, face, { left, top: MARGIN + Math.floor(i / columns) * block, style });
	}
	return canvas;
}

const colorOf = ({ emotion }: TrackedFace, { emotions, colors }: PictureStyle) => colors[emotions.indexOf(emotion)];

function drawBox(
	context: CanvasRenderingContext2D,
	{ box, number, emotion }: TrackedFace,
	{ width, height, unit, color }: { width: number; height: number; unit: number; color: string },
): void {
	const [left, top] = [box.left * width, box.top * height];
	for (const [line, stroke] of [
		[5, '#000000'],
		[3, color],
	] as const) {
		context.lineWidth = line * unit;
		context.strokeStyle = stroke;
		context.strokeRect(left, top, box.width * width, box.height * height);
	}
	context.font = `600 ${14 * unit}px system-ui, sans-serif`;
	const words = `${number}: ${emotion}`;
	const [wide, high] = [context.measureText(words).width + 16 * unit, 22 * unit];
	const x = Math.max(0, Math.min(left, width - wide));
	const y = top >= high + 4 * unit ? top - high - 4 * unit : Math.max(top, 0) + 4 * unit;
	context.fillStyle = '#14161a';
	context.fillRect(x, y, wide, high);
	context.fillStyle = color;
	context.fillRect(x, y, 6 * unit, high);
	context.fillStyle = '#ffffff';
	context.fillText(words, x + 11 * unit, y + high / 2);
}

function drawBars(
	context: CanvasRenderingContext2D,
	face: TrackedFace,
	{ left, top, style }: { left: number; top: number; style: PictureStyle },
): void {
	const { emotions, colors, text, track } = style;
	context.fillStyle = text;
	context.font = '600 16px system-ui, sans-serif';
	context.fillText(`Face ${face.number}: ${face.emotion}`, left, top + TITLE / 2 - 2, BLOCK);
	for (const [label, name] of emotions.entries()) {
		const middle = top + TITLE + BAR * (label + 0.5);
		const share = face.probabilities[name];
		const length = BLOCK - NAME - VALUE;
		context.font = `${name === face.emotion ? 600 : 400} 14px system-ui, sans-serif`;
		context.fillStyle = text;
		context.fillText(name, left, middle, NAME - 8);
		context.textAlign = 'right';
		context.fillText(percent(share), left + BLOCK, middle);
		context.textAlign = 'left';
		context.fillStyle = track;
		context.fillRect(left + NAME, middle - 6, length, 12);
		context.fillStyle = colors[label];
		context.fillRect(left + NAME, middle - 6, length * share, 12);
	}
}
