import { EMOTION_COLORS, EMOTIONS } from '../emotions';
import { invalidArgument } from '../errors';
import { type Face, type FaceCell, faceGrid } from './faceGrid';
import { type Figure, type FigureOptions, INK } from './figure';

/** A face that the model took for another emotion. */
export interface Mistake {
	readonly face: Face;
	readonly trueEmotion: string;
	readonly predictedEmotion: string;
	/** The probability of the predicted emotion, 0 to 1. */
	readonly confidence: number;
	/** The image's place in its data set, told to a pointer on the face. Default none. */
	readonly index?: number;
}

/** What `confidentMistakes` takes. */
export interface ConfidentMistakesOptions extends FigureOptions {
	/** In the order in which they are drawn: the most confident first. At least one. */
	readonly mistakes: readonly Mistake[];
	/** Faces in a row, at least 1. Default 6. */
	readonly columns?: number;
}

/**
 * Draws the faces that the model got wrong with the highest confidence; below each its true and its predicted emotion.
 * @throws {RangeError} If there are no mistakes, faces differ in size, or a confidence is outside 0 to 1.
 */
export async function confidentMistakes(options: ConfidentMistakesOptions): Promise<Figure> {
	const { mistakes, columns = 6, title = 'Most confident mistakes', caption } = options;
	if (!Number.isInteger(columns) || columns < 1) throw invalidArgument('columns', 'integer above 0', columns);
	mistakes.forEach(({ confidence }, index) => {
		if (confidence >= 0 && confidence <= 1) return;
		throw invalidArgument(`mistakes[${index}].confidence`, 'number between 0 and 1', confidence);
	});
	const cells = mistakes.map(cell);
	return faceGrid({
		title,
		caption,
		columnGap: 30,
		textLines: 3,
		rows: Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) => ({
			cells: cells.slice(row * columns, (row + 1) * columns),
		})),
	});
}

function cell({ face, trueEmotion, predictedEmotion, confidence, index }: Mistake): FaceCell {
	// 0.9997 is not certainty: 100 % is kept for 1.
	const percent = `${(confidence < 1 ? Math.min(99.9, 100 * confidence) : 100).toFixed(1)} %`;
	return {
		face,
		text: `true ${colored(trueEmotion)}<br>predicted ${colored(predictedEmotion)}<br>${percent}`,
		hover: `true ${trueEmotion}, predicted ${predictedEmotion}, ${percent}${index === undefined ? '' : `<br>image ${index}`}`,
	};
}

/** An emotion in its own colour, where it has one. */
function colored(emotion: string): string {
	const label = (EMOTIONS as readonly string[]).indexOf(emotion);
	return `<span style="color:${EMOTION_COLORS[label] ?? INK.text}"><b>${emotion}</b></span>`;
}
