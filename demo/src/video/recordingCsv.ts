import { csvLine } from '../../../lib/csv.js';
import type { RecordedFrame } from './recording.js';

/**
 * Formats the faces of a video as CSV, with the columns of `fer predict`: one line per frame and face, and one with its
 * time only for a frame without a face.
 * @param options.emotions The model's classes.
 * @param options.width Of the video in pixels, in which the boxes are.
 */
export function recordingCsv(
	frames: readonly RecordedFrame[],
	{
		emotions,
		width,
		height,
	}: { readonly emotions: readonly string[]; readonly width: number; readonly height: number },
): string {
	const columns = ['time', 'face', 'emotion', ...emotions, 'left', 'top', 'width', 'height'];
	const lines = frames.flatMap(({ time, faces }) => {
		if (faces.length === 0) return [csvLine([time.toFixed(3), ...columns.slice(1).map(() => '')])];
		return faces.map(({ number, emotion, probabilities, box }) => {
			const sides = [box.left * width, box.top * height, box.width * width, box.height * height];
			return csvLine([
				time.toFixed(3),
				number,
				emotion,
				...emotions.map((name) => probabilities[name].toFixed(4)),
				...sides.map((side) => side.toFixed(1)),
			]);
		});
	});
	return [csvLine(columns), ...lines, ''].join('\n');
}
