import type { RawImage } from '../data/rawImage';
import { EMOTION_COLORS } from '../emotions';
import type { AttentionMap } from '../evaluation/attention/attentionMap';
import { layAttention } from './attentionOverlay';
import { type FaceCell, faceGrid } from './faceGrid';
import { type Figure, type FigureOptions, INK } from './figure';

/** A face with the places that spoke for what it was taken for. */
export interface AttentionFace {
	/** Without opacity. */
	readonly face: RawImage;
	readonly map: AttentionMap;
	readonly label: number;
	readonly predictedLabel: number;
	/** 0 to 1. */
	readonly confidence: number;
}

/** What `attentionGrid` takes. */
export interface AttentionGridOptions extends FigureOptions {
	/** The classes by label. */
	readonly emotions: readonly string[];
	/** At least one; all of one size. */
	readonly faces: readonly AttentionFace[];
}

/**
 * Draws where the network looked: one row a class, on the left faces that it named rightly, on the right others, with what
 * it took them for.
 * @throws {RangeError} If there is no face, or faces differ in size.
 */
export async function attentionGrid(options: AttentionGridOptions): Promise<Figure> {
	const { emotions, faces, title = 'Where it looks (LayerCAM)', caption } = options;
	const isRight = ({ label, predictedLabel }: AttentionFace) => label === predictedLabel;
	const columns = Math.max(0, ...emotions.map((_, i) => faces.filter((f) => f.label === i && isRight(f)).length));
	const others = Math.max(0, ...emotions.map((_, i) => faces.filter((f) => f.label === i && !isRight(f)).length));
	const color = (label: number) => EMOTION_COLORS[label] ?? INK.text;
	const name = (label: number) => `<span style="color:${color(label)}"><b>${emotions[label]}</b></span>`;
	const rows = emotions.map((emotion, label) => {
		const own = faces.filter((face) => face.label === label);
		const right = own.filter(isRight).map((face) => cellOf(face, emotion, percent(face)));
		const wrong = own
			.filter((face) => !isRight(face))
			.map((face) => {
				const taken = emotions[face.predictedLabel];
				return cellOf(face, `${emotion}, taken for ${taken}`, `${name(face.predictedLabel)} ${percent(face)}`);
			});
		// What is wrong begins in the same column in every row.
		const blank = Array.from({ length: columns - right.length }, () => blankCell(faces[0].face));
		return { name: name(label), cells: [...right, ...blank, ...wrong] };
	});
	const heading = (text: string, count: number) => Array.from({ length: count }, (_, i) => (i === 0 ? text : ''));
	return faceGrid({
		title,
		caption,
		rows,
		columnNames: [...heading('right', columns), ...heading('wrong', others)],
		columnGap: 20,
		textLines: 1,
		nameWidth: 84,
	});
}

const percent = ({ confidence }: AttentionFace) => `${(100 * confidence).toFixed(0)} %`;

function cellOf({ face, map }: AttentionFace, hover: string, text: string): FaceCell {
	const laid = layAttention(face, { left: 0, top: 0, width: face.width, height: face.height }, map);
	const { width, height } = face;
	return { face: { pixels: new Uint8Array(laid.pixels), width, height, channels: 3 }, hover, text };
}

function blankCell({ width, height }: RawImage): FaceCell {
	return { face: { pixels: new Uint8Array(width * height * 3).fill(255), width, height, channels: 3 }, hover: '' };
}
