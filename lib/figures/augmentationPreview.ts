import { type Face, faceGrid } from './faceGrid';
import type { Figure, FigureOptions } from './figure';

/** What `augmentationPreview` takes. */
export interface AugmentationPreviewOptions extends FigureOptions {
	/** Each row: a face as it is, and versions of it as training sees it. Seven of them fill the width of a page. */
	readonly rows: readonly {
		readonly original: Face;
		readonly augmented: readonly Face[];
		/** Its emotion. Default none. */
		readonly emotion?: string;
	}[];
}

/**
 * Draws faces in the first column and augmented versions of each to its right.
 * @throws {RangeError} If there is no row, or faces differ in size.
 */
export async function augmentationPreview(options: AugmentationPreviewOptions): Promise<Figure> {
	const { rows, title = 'Augmentation', caption } = options;
	return faceGrid({
		title,
		caption,
		nameWidth: rows.some(({ emotion }) => emotion) ? 78 : 12,
		firstApart: true,
		columnNames: ['original', ...Array.from({ length: augmentedColumns(rows) }, (_, column) => `${column + 1}`)],
		rows: rows.map(({ original, augmented, emotion = '' }) => ({
			name: emotion,
			cells: [
				{ face: original, hover: `${emotion} original`.trim() },
				...augmented.map((face, version) => ({ face, hover: `${emotion} version ${version + 1}`.trim() })),
			],
		})),
	});
}

function augmentedColumns(rows: AugmentationPreviewOptions['rows']): number {
	return Math.max(0, ...rows.map(({ augmented }) => augmented.length));
}
