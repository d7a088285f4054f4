import type { Data, Layout } from 'plotly.js-dist';
import { classColors } from '../classColors';
import { invalidArgument } from '../errors';
import { formatClock } from '../format';
import { fitName } from './className';
import { createFigure, type Figure, type FigureOptions } from './figure';
import { axis, axisTitle, INK, label, legendBelow, twoLines } from './theme';

/** A face of a video, for its timeline. */
export interface TimelineFace {
	/** Its number. */
	readonly face: number;
	/** When it was first and last seen, in seconds. */
	readonly first: number;
	readonly last: number;
	/** In how many frames it was seen. */
	readonly frames: number;
	/** The length of an interval in seconds. */
	readonly seconds: number;
	/** The intervals in which it was seen, in the order of time, and its mean probabilities in each. */
	readonly intervals: readonly { readonly start: number; readonly probabilities: readonly number[] }[];
}

/** Options of `emotionTimeline`. */
interface EmotionTimelineOptions extends FigureOptions {
	/** At least one. Those seen in most frames have a row. */
	readonly faces: readonly TimelineFace[];
	/** Names of the probabilities. */
	readonly emotions: readonly string[];
	/** Length of the video in seconds. */
	readonly seconds: number;
}

/** Rows at most. */
const MOST_ROWS = 12;
/** In pixels. */
const [ROW_HEIGHT, ROW_GAP, WIDTH] = [74, 16, 860];
/** The title of what is shown at the pointer. */
const HOVER = { unifiedhovertitle: { text: '%{x:.1f} s' } };
/** Seconds between two ticks of the axis. */
const TICKS = [0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000];

/** Draws the emotions of the faces in a video over time: a row for each face, its probabilities stacked to 100 %. */
export function emotionTimeline(options: EmotionTimelineOptions): Figure {
	const { faces, emotions, seconds, title = 'Emotions over time', caption } = options;
	if (faces.length === 0) throw invalidArgument('faces', 'at least one face', 'none');
	const shown = [...faces].sort((a, b) => b.frames - a.frames).slice(0, MOST_ROWS);
	const rows = shown.sort((a, b) => a.face - b.face);
	const hidden = faces.length - rows.length;
	const more = hidden > 0 ? `${hidden} faces that were seen in fewer frames are not shown.` : '';
	const plotHeight = rows.length * (ROW_HEIGHT + ROW_GAP) - ROW_GAP;
	return createFigure({
		title,
		caption: [caption, more].filter(Boolean).join(' '),
		plotWidth: WIDTH,
		plotHeight,
		margins: { left: 136, right: 24, top: 6, bottom: 92 },
		data: rows.flatMap((face, row) => layersOf(face, row, { emotions, seconds })),
		layout: {
			...rowAxes(rows.length, plotHeight),
			xaxis: axis({ ...timeAxis(seconds), title: axisTitle('time'), ...HOVER, anchor: 'free', position: 0 }),
			hovermode: 'x unified',
			legend: { ...legendBelow(plotHeight), font: { size: 12 }, traceorder: 'normal' },
			annotations: rows.map((face, row) => nameOf(face, (row * (ROW_HEIGHT + ROW_GAP) + ROW_HEIGHT / 2) / plotHeight)),
		},
	});
}

/** The axis of row 0 is `y`, the next one's `y2`. */
const axisOf = (row: number) => (row === 0 ? '' : String(row + 1));

/** An axis for each row, from the top. */
function rowAxes(rows: number, plotHeight: number): Partial<Layout> {
	const axes = Array.from({ length: rows }, (_, row) => {
		const top = 1 - (row * (ROW_HEIGHT + ROW_GAP)) / plotHeight;
		const own = axis({
			...{ domain: [Math.max(0, top - ROW_HEIGHT / plotHeight), top], range: [0, 1], fixedrange: true },
			...{ tickvals: [0, 0.5, 1], ticktext: ['0 %', '', '100 %'], tickfont: { size: 9 } },
		});
		return [`yaxis${axisOf(row)}`, own];
	});
	return Object.fromEntries(axes);
}

/** Ticks at round times, about ten of them. */
function timeAxis(seconds: number) {
	const step = TICKS.find((each) => seconds / each <= 10) ?? TICKS[TICKS.length - 1];
	const tickvals = Array.from({ length: Math.floor(seconds / step + 1e-6) + 1 }, (_, i) => i * step);
	const decimals = step < 1 ? 1 : 0;
	const range: [number, number] = [0, seconds];
	return { range, tickvals, ticktext: tickvals.map((time) => formatClock(time, decimals)) };
}

/** The stacked probabilities of a face: a layer for each emotion. */
function layersOf(
	face: TimelineFace,
	row: number,
	{ emotions, seconds }: Pick<EmotionTimelineOptions, 'emotions' | 'seconds'>,
) {
	const colors = classColors(emotions);
	const steps = stepsOf(face, emotions.length, seconds);
	return emotions.map((name, i): Data => {
		const shown = fitName(name, { size: 12, width: 160 });
		return {
			...{ type: 'scatter', mode: 'lines', name: shown, legendgroup: String(i), showlegend: row === 0 },
			...{ stackgroup: `face ${face.face}`, xaxis: 'x', yaxis: `y${axisOf(row)}` },
			x: steps.map(({ time }) => time),
			y: steps.map(({ probabilities }) => Number(probabilities[i].toFixed(4))),
			...{ line: { width: 0, shape: 'hv', color: colors[i] }, fillcolor: colors[i] },
			hovertemplate: `${shown} %{y:.0%}<extra></extra>`,
		};
	});
}

/** The points at which the layers change; all are 0 where the face is not seen. */
function stepsOf({ intervals, seconds: width }: TimelineFace, count: number, end: number) {
	const none = new Array<number>(count).fill(0);
	return intervals.flatMap(({ start, probabilities }, i) => {
		const following = intervals[i + 1]?.start;
		const stop = Math.min(start + width, end);
		const isLast = following === undefined || following > start + 1.5 * width;
		return [{ time: start, probabilities }, ...(isLast ? [{ time: stop, probabilities: none }] : [])];
	});
}

function nameOf({ face, first, last }: TimelineFace, down: number) {
	const text = twoLines(`<b>face ${face}</b>`, `${formatClock(first)} to ${formatClock(last)}`, 11);
	const place = { x: 0, xanchor: 'right', xshift: -46, y: 1 - down, yanchor: 'middle' } as const;
	return label({ ...place, align: 'right', text, font: { size: 13, color: INK.title } });
}
