import type { Box } from '../data/rawImage';
import type { DetectedFace } from './faceApi';

/** Photos whose sides differ by more than this factor are searched in parts: as a whole, their faces would be too small. */
const LONG = 3;
/** Length of a window at least, in pixels: about what detectors look at. */
const LEAST_LENGTH = 512;
/** Windows at most; those of longer photos are longer, so that the time is limited. */
const MOST_WINDOWS = 100;
/** Pixels across, in what a detector sees, below which no face is found. */
const LEAST_ACROSS = 16;

/**
 * Lists the parts of a photo that are searched for faces: the whole photo, or overlapping windows of a long one. They overlap
 * by the short side, so that every face lies in one of them whole.
 * @param longest The longest side of what a detector sees, in pixels.
 * @returns Boxes with whole numbers; none of a strip that is too narrow to show a face.
 */
export function windowsOf({ width, height }: Pick<Box, 'width' | 'height'>, longest: number): Box[] {
	const [long, short] = [Math.max(width, height), Math.min(width, height)];
	if (long <= LONG * short) return [{ left: 0, top: 0, width, height }];
	const leastForCount = short + Math.ceil((long - short) / MOST_WINDOWS);
	const length = Math.min(long, Math.max(LONG * short, LEAST_LENGTH, leastForCount));
	if (short * Math.min(1, longest / length) < LEAST_ACROSS) return [];
	const count = Math.ceil((long - short) / (length - short));
	return Array.from({ length: count }, (_, i) => {
		const start = count > 1 ? Math.round((i * (long - length)) / (count - 1)) : 0;
		return width > height
			? { left: start, top: 0, width: length, height }
			: { left: 0, top: start, width, height: length };
	});
}

/** A face that was found in a window. */
export interface WindowFind extends DetectedFace {
	/** The number of the window. */
	readonly window: number;
	/** Whether the detector's box touches an edge of the window inside the photo: it may hold a part of a face. */
	readonly isCut: boolean;
}

/** Removes second finds of a face in another window: of overlapping boxes, keeps one that is not cut, and the best of these. */
export function mergeFinds(finds: readonly WindowFind[]): DetectedFace[] {
	const kept: WindowFind[] = [];
	const bestFirst = [...finds].sort((a, b) => Number(a.isCut) - Number(b.isCut) || b.detection - a.detection);
	for (const find of bestFirst) {
		const isSecond = kept.some(({ window, box }) => window !== find.window && overlap(box, find.box) > 0.5);
		if (!isSecond) kept.push(find);
	}
	return kept.map(({ box, detection }) => ({ box, detection }));
}

/** The share of the smaller box that both cover. */
function overlap(a: Box, b: Box): number {
	const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
	const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
	return (Math.max(0, width) * Math.max(0, height)) / Math.min(a.width * a.height, b.width * b.height);
}
