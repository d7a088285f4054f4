import type { RecordedFrame } from './recording.js';

/** The columns of a timeline: probabilities in the order of the classes; undefined where the face is not seen. */
export type Columns = readonly (readonly number[] | undefined)[];

/**
 * Averages a face's probabilities over equal parts of a video.
 * @param options.face Number of the face.
 * @param options.emotions The model's classes.
 * @param options.duration Of the video in seconds.
 * @param options.columns Number of parts: that of the frames of the whole video at most.
 */
export function timelineColumns(
	frames: readonly RecordedFrame[],
	options: {
		readonly face: number;
		readonly emotions: readonly string[];
		readonly duration: number;
		readonly columns: number;
	},
): Columns {
	const { face, emotions, duration, columns } = options;
	const sums = Array.from({ length: columns }, () => ({ count: 0, shares: emotions.map(() => 0) }));
	for (const { time, faces } of frames) {
		const found = faces.find(({ number }) => number === face);
		if (!found) continue;
		// Frame times are rounded.
		const sum = sums[Math.min(Math.floor((time / duration) * columns + 1e-6), columns - 1)];
		sum.count++;
		for (const [label, name] of emotions.entries()) sum.shares[label] += found.probabilities[name];
	}
	return sums.map(({ count, shares }) => (count > 0 ? shares.map((share) => share / count) : undefined));
}

/**
 * Draws one class of a stacked chart as the path of an SVG in which a column is one unit wide and the chart one unit high.
 * Classes are stacked from the bottom.
 */
export function stackedPath(columns: Columns, label: number): string {
	const edges = columns.map((shares) => {
		if (!shares) return undefined;
		const below = shares.slice(0, label).reduce((sum, share) => sum + share, 0);
		return { bottom: round(1 - below), top: round(1 - below - shares[label]) };
	});
	let path = '';
	for (let start = 0; start < edges.length; start++) {
		if (!edges[start]) continue;
		let end = start;
		while (edges[end]) end++;
		const run = edges.slice(start, end).map((edge, i) => ({ at: start + i, bottom: 1, top: 1, ...edge }));
		path += `M${start} ${run[0].bottom}`;
		for (const { at, top } of run) path += `V${top}H${at + 1}`;
		for (const { at, bottom } of run.reverse()) path += `V${bottom}H${at}`;
		path += 'Z';
		start = end;
	}
	return path;
}

const round = (value: number) => Math.round(value * 1e4) / 1e4;
