import type { Data, Layout } from 'plotly.js-dist';
import { rankTrials, type SweepDimension, type SweepTrial, trialAccuracy } from '../training/sweepTrial';
import { fitName } from './className';
import { createFigure, type Figure, type FigureOptions } from './figure';
import { INK, label, PART_COLORS } from './theme';

/** Options of `parallelCoordinates`. */
interface ParallelCoordinatesOptions extends FigureOptions {
	readonly trials: readonly SweepTrial[];
	/** The settings that the sweep varies, by their names: one axis each. */
	readonly space: Readonly<Record<string, SweepDimension>>;
}

/** A vertical axis: the height of a value from 0 to 1, and the texts beside it. */
interface Axis {
	readonly name: string;
	readonly height: (value: unknown) => number;
	readonly ticks: readonly Readonly<{ height: number; text: string }>[];
}

const AXIS_DISTANCE = 160;
const PLOT_HEIGHT = 330;
const TICKS = 5;
/** From weak to good; the best trial has a colour of its own. */
const SHADES = ['#dbe7f3', '#b3cfe6', '#82b0d6', '#4e8fc4', '#2068a8'];

/**
 * Draws each trial of a sweep as a line over its settings and its best validation accuracy, darker the better it is. Failed
 * trials are dotted and end before the last axis.
 */
export function parallelCoordinates({ trials, space, ...options }: ParallelCoordinatesOptions): Figure {
	const { title = 'Settings and validation accuracy of the trials', caption } = options;
	const ranked = rankTrials(trials);
	const settings = Object.entries(space).map(([name, dimension]) => settingAxis(name, dimension));
	const accuracies = ranked.map((trial) => 100 * (trialAccuracy(trial) as number));
	const accuracy = numberAxis('accuracy (%)', Math.min(...accuracies), Math.max(...accuracies), false);
	const axes = [...settings, ...(ranked.length > 0 ? [accuracy] : [])];
	const failed = trials.filter(({ status }) => status === 'failed');
	return createFigure({
		title,
		caption,
		plotWidth: AXIS_DISTANCE * Math.max(2, axes.length - 1),
		plotHeight: PLOT_HEIGHT,
		margins: { left: 130, right: 70, top: 44, bottom: 24 },
		data: [
			...failed.map((trial) => line(trial, settings, { color: INK.axis, width: 1, dash: 'dot' })),
			// The best is drawn last, above the others.
			...ranked.map((trial, rank) => line(trial, axes, lineStyle(rank, ranked.length))).reverse(),
		],
		layout: {
			xaxis: { visible: false, range: [0, Math.max(1, axes.length - 1)], fixedrange: true },
			yaxis: { visible: false, range: [0, 1], fixedrange: true },
			showlegend: false,
			shapes: axes.map((_, x) => bar(x)),
			annotations: axes.flatMap((axis, x) => labels(axis, x, x === axes.length - 1)),
		},
	});
}

function settingAxis(name: string, dimension: SweepDimension): Axis {
	if (!('choices' in dimension)) return numberAxis(name, dimension.min, dimension.max, dimension.log);
	const texts = dimension.choices.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
	// A single value lies in the middle.
	const heightAt = (index: number) => (index + 0.5) / texts.length;
	return {
		name,
		height: (value) => heightAt(texts.indexOf(typeof value === 'string' ? value : JSON.stringify(value))),
		ticks: texts.map((text, index) => ({ height: heightAt(index), text })),
	};
}

function numberAxis(name: string, min: number, max: number, log: boolean): Axis {
	const [from, to] = log ? [Math.log(min), Math.log(max)] : [min, max];
	const valueAt = (height: number) => {
		const value = from + height * (to - from);
		return log ? Math.exp(value) : value;
	};
	const heights = from === to ? [0.5] : Array.from({ length: TICKS }, (_, i) => i / (TICKS - 1));
	return {
		name,
		height: (value) => (from === to ? 0.5 : ((log ? Math.log(Number(value)) : Number(value)) - from) / (to - from)),
		ticks: heights.map((height) => ({ height, text: String(Number(valueAt(height).toPrecision(3))) })),
	};
}

function lineStyle(rank: number, count: number) {
	if (rank === 0) return { color: PART_COLORS.validation, width: 3 };
	const shade = Math.floor(((count - 1 - rank) / Math.max(1, count - 1)) * SHADES.length);
	return { color: SHADES[Math.min(shade, SHADES.length - 1)], width: 1.5 };
}

function line(trial: SweepTrial, axes: readonly Axis[], style: { color: string; width: number; dash?: 'dot' }): Data {
	const accuracy = trialAccuracy(trial);
	const values = axes.map(({ name }) => (name in trial.settings ? trial.settings[name] : 100 * (accuracy as number)));
	const state = accuracy === undefined ? trial.status : `${(100 * accuracy).toFixed(2)} %, ${trial.status}`;
	return {
		...{ type: 'scatter', mode: 'lines', name: trial.name, line: style, cliponaxis: false },
		x: axes.map((_, x) => x),
		y: axes.map(({ height }, i) => height(values[i])),
		text: values.map(String),
		hovertemplate: `${trial.name} (${state}): %{text}<extra></extra>`,
	};
}

function bar(x: number): NonNullable<Layout['shapes']>[number] {
	return { type: 'line', xref: 'x', yref: 'paper', x0: x, x1: x, y0: 0, y1: 1, line: { color: INK.axis, width: 1 } };
}

/** The name above an axis, and its ticks on that side of it on which they fit, legible above lines. */
function labels({ name, ticks }: Axis, x: number, isLast: boolean) {
	const heading = { x, xref: 'x', xanchor: 'center', y: 1, yanchor: 'bottom', yshift: 8, font: { size: 12 } } as const;
	const side = isLast ? ({ xanchor: 'left', xshift: 4 } as const) : ({ xanchor: 'right', xshift: -4 } as const);
	const beside = { x, xref: 'x', ...side, yanchor: 'middle' } as const;
	const look = { font: { size: 10, color: INK.text }, bgcolor: 'rgba(255,255,255,0.8)', borderpad: 1 } as const;
	return [
		label({ ...heading, text: fitName(name, { width: AXIS_DISTANCE - 10, size: 12, lines: 2 }) }),
		...ticks.map(({ height, text }) =>
			label({ ...beside, ...look, y: height, text: fitName(text, { width: 120, size: 10 }) }),
		),
	];
}
