import type { Dataset } from '../dataset';
import type { FaceSet } from './faceSet';

/** The images of FER2013's table are not files, so each is named after its row; the header is row 1. */
export function tableFaces(dataset: Dataset, kept?: Uint32Array): FaceSet {
	const [height, width] = dataset.shape;
	return {
		dataset,
		names: Array.from(dataset.labels, (_, index) => `row ${(kept?.[index] ?? index) + 2}`),
		dropped: {},
		sizes: { [`${width}x${height}`]: dataset.labels.length },
		unreadable: [],
		passedOver: {},
	};
}
