import type { RawImage } from '../data/rawImage';
import type { AttentionMap } from '../evaluation/attention/attentionMap';
import { formatPercent } from '../format';
import { layAttention } from './attentionOverlay';
import { type FaceCell, faceGrid } from './faceGrid';
import type { Figure, FigureOptions } from './figure';
import { emotionName } from './label';

/** A face, its prediction, and the attention map of the predicted emotion. */
export interface AttentionFace {
	/** Without an alpha channel. */
	readonly face: RawImage;
	readonly map: AttentionMap;
	readonly label: number;
	readonly predictedLabel: number;
	/** 0 to 1. */
	readonly confidence: number;
}

/** Options of `attentionGrid`. */
export interface AttentionGridOptions extends FigureOptions {
	/** The classes by label. */
	readonly emotions: readonly string[];
	/** At least one, all of the same size. */
	readonly faces: readonly AttentionFace[];
}

/**
 * Draws attention maps over faces, one class per row.
 *
 * Faces with a correct prediction are on the left; the others are on the right, with the emotion predicted.
 * @throws {RangeError} If there is no face, or faces differ in size.
 */
export async function attentionGrid(options: AttentionGridOptions): Promise<Figure> {
	const { emotions, faces, title = 'Where it looks (LayerCAM)', caption } = options;
	const classes = emotions.map((emotion, label) => {
		const own = faces.filter((face) => face.label === label);
		const isRight = ({ predictedLabel }: AttentionFace) => predictedLabel === label;
		return {
			name: emotionName(emotion, label),
			right: own.filter(isRight).map((face) => cellOf(face, emotion)),
			wrong: own
				.filter((face) => !isRight(face))
				.map((face) => {
					const predicted = emotions[face.predictedLabel];
					return cellOf(face, `${emotion}, predicted ${predicted}`, `${emotionName(predicted, face.predictedLabel)} `);
				}),
		};
	});
	const columns = Math.max(0, ...classes.map(({ right }) => right.length));
	const others = Math.max(0, ...classes.map(({ wrong }) => wrong.length));
	const rows = classes.map(({ name, right, wrong }) => {
		// Wrong predictions start in the same column in every row.
		const blanks = Array.from({ length: columns - right.length }, () => blankCell(faces[0].face));
		return { name, cells: [...right, ...blanks, ...wrong] };
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

function cellOf({ face, map, confidence }: AttentionFace, hover: string, before = ''): FaceCell {
	const { width, height } = face;
	const laid = layAttention(face, { left: 0, top: 0, width, height }, map);
	return { face: laid, hover, text: `${before}${formatPercent(confidence, 0)}` };
}

function blankCell({ width, height }: RawImage): FaceCell {
	return { face: { pixels: new Uint8Array(width * height * 3).fill(255), width, height, channels: 3 }, hover: '' };
}
