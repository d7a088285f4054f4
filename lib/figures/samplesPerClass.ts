import { EMOTION_COLORS } from '../emotions';
import { invalidArgument } from '../errors';
import { formatCount } from '../format';
import { type Face, faceGrid } from './faceGrid';
import { type Figure, type FigureOptions, INK } from './figure';

/** What `samplesPerClass` takes. */
export interface SamplesPerClassOptions extends FigureOptions {
	/** The classes by label. */
	readonly emotions: readonly string[];
	/** Some faces of each class, by label; as many lists as emotions. Eight of a class fill the width of a page. */
	readonly faces: readonly (readonly Face[])[];
	/** How many images each class has in all, by label; stands below its name. Default none. */
	readonly counts?: readonly number[];
}

/**
 * Draws some faces of each class, one row a class.
 * @throws {RangeError} If the lists do not fit the emotions, no face is given, or faces differ in size.
 */
export async function samplesPerClass(options: SamplesPerClassOptions): Promise<Figure> {
	const { emotions, faces, counts, title = 'Samples of each class', caption } = options;
	if (faces.length !== emotions.length) throw invalidArgument('faces', `${emotions.length} lists`, faces.length);
	if (counts && counts.length !== emotions.length) {
		throw invalidArgument('counts', `${emotions.length} counts`, counts.length);
	}
	return faceGrid({
		title,
		caption,
		nameWidth: 108,
		rows: emotions.map((emotion, label) => ({
			name: rowName(emotion, EMOTION_COLORS[label] ?? INK.text, counts?.[label]),
			cells: faces[label].map((face) => ({ face, hover: emotion })),
		})),
	});
}

function rowName(emotion: string, color: string, count: number | undefined): string {
	const name = `<span style="color:${color}"><b>${emotion}</b></span>`;
	if (count === undefined) return name;
	return `${name}<br><span style="font-size:10px;color:${INK.faint}">${formatCount(count)} images</span>`;
}
