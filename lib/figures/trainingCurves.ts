import type { Data, Layout, LayoutAxis } from 'plotly.js-dist';
import { invalidArgument } from '../errors';
import { formatPercent } from '../format';
import { bestEpoch, type EpochRecord } from '../training/epochRecord';
import { createFigure, type Figure, type FigureOptions } from './figure';
import { axis, axisTitle, INK, label, legendBelow, PART_COLORS } from './theme';

/** Options of `trainingCurves`: one record per epoch, at least one. */
interface TrainingCurvesOptions extends FigureOptions {
	readonly history: readonly EpochRecord[];
	/** Whether to draw the learning rate at the end of each epoch below. Default false. */
	readonly showLearningRate?: boolean;
}

/** The horizontal extent of the panels, as fractions of the plotting width. */
const PANELS: Record<'loss' | 'accuracy', [number, number]> = { loss: [0, 0.455], accuracy: [0.545, 1] };
const PANEL_HEIGHT = 310;
const STRIP = { height: 110, gap: 50 };
/** With more epochs, markers would hide the line. */
const MAX_MARKERS = 40;

/** Draws the loss and accuracy of each epoch, and marks the epoch with the best validation accuracy. */
export function trainingCurves(options: TrainingCurvesOptions): Figure {
	const { history, title = 'Training curves', caption, showLearningRate = false } = options;
	const best = bestEpoch(history, 'validationAccuracy');
	if (!best) throw invalidArgument('history', 'at least one epoch', 'none');
	const plotHeight = PANEL_HEIGHT + (showLearningRate ? STRIP.gap + STRIP.height : 0);
	const epochs = epochAxis(history, showLearningRate ? '' : 'epoch');
	const high: [number, number] = [1 - PANEL_HEIGHT / plotHeight, 1];
	const reached = `best validation ${formatPercent(best.validationAccuracy)} in epoch ${best.epoch}`;
	return createFigure({
		title,
		caption,
		plotWidth: 820,
		plotHeight,
		margins: { left: 66, right: 22, top: 28, bottom: 84 },
		data: [
			...panel(history, 'training'),
			...panel(history, 'validation'),
			bestMark(best),
			...(showLearningRate ? [learningRate(history)] : []),
		],
		layout: {
			xaxis: axis({ ...epochs, domain: PANELS.loss, anchor: 'y' }),
			yaxis: axis({ title: axisTitle('loss'), domain: high }),
			xaxis2: axis({ ...epochs, domain: PANELS.accuracy, anchor: 'y2' }),
			yaxis2: axis({ title: axisTitle('accuracy (%)'), domain: high, anchor: 'x2' }),
			...(showLearningRate && strip(history, STRIP.height / plotHeight)),
			hovermode: 'x unified',
			legend: { ...legendBelow(plotHeight), font: { size: 12 } },
			shapes: [bestLine(best, ''), bestLine(best, '2')],
			annotations: [panelTitle('Loss', PANELS.loss), panelTitle(`Accuracy (${reached})`, PANELS.accuracy)],
		},
	});
}

/** An axis with ticks at whole epochs, at most about ten. */
function epochAxis(history: readonly EpochRecord[], title: string): Partial<LayoutAxis> {
	const [first, last] = [history[0].epoch, history[history.length - 1].epoch];
	const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => (last - first) / size <= 10) ?? 1000;
	const pad = Math.max(0.5, (last - first) * 0.03);
	return {
		title: axisTitle(title),
		unifiedhovertitle: { text: 'epoch %{x}' },
		...{ tickmode: 'linear', tick0: step === 1 ? first : 0, dtick: step },
		range: [first - pad, last + pad],
	};
}

/** A line over the epochs. */
function line(history: readonly EpochRecord[], name: string, own: { legendgroup: string } | { showlegend: false }) {
	const mode = history.length > MAX_MARKERS ? 'lines' : 'lines+markers';
	return { type: 'scatter', mode, name, ...own, x: history.map(({ epoch }) => epoch) } as const;
}

/** The lines of training or validation: loss in the left panel, accuracy in the right one. */
function panel(history: readonly EpochRecord[], part: 'training' | 'validation'): Data[] {
	const isValidation = part === 'validation';
	const loss = isValidation ? 'validationLoss' : 'loss';
	const accuracy = isValidation ? 'validationAccuracy' : 'accuracy';
	const color = PART_COLORS[part];
	const points = line(history, part, { legendgroup: part });
	const common = { ...points, line: { color, width: 2 }, marker: { color, size: 6 } };
	const f1 = isValidation ? ', macro F1 %{customdata:.4f}' : '';
	return [
		{ ...common, y: history.map((record) => record[loss]), hovertemplate: `${part} %{y:.4f}<extra></extra>` },
		{
			...common,
			y: history.map((record) => 100 * record[accuracy]),
			...(isValidation && { customdata: history.map(({ validationMacroF1 }) => validationMacroF1) }),
			...{ xaxis: 'x2', yaxis: 'y2', showlegend: false },
			hovertemplate: `${part} %{y:.2f} %${f1}<extra></extra>`,
		},
	];
}

/** A circle around the best validation accuracy. */
function bestMark({ epoch, validationAccuracy }: EpochRecord): Data {
	return {
		...{ type: 'scatter', mode: 'markers', x: [epoch], y: [100 * validationAccuracy], xaxis: 'x2', yaxis: 'y2' },
		...{ name: 'best epoch', hoverinfo: 'skip' },
		marker: { symbol: 'circle-open', size: 13, color: INK.title, line: { width: 1.5 } },
	};
}

function bestLine({ epoch }: EpochRecord, panel: '' | '2'): NonNullable<Layout['shapes']>[number] {
	return {
		...{ type: 'line', xref: `x${panel}`, yref: `y${panel} domain`, x0: epoch, x1: epoch, y0: 0, y1: 1 },
		...{ layer: 'above', opacity: 0.7, line: { color: INK.faint, width: 1, dash: 'dash' } },
	};
}

function panelTitle(text: string, [left, right]: readonly number[]) {
	const at = { x: (left + right) / 2, xanchor: 'center', y: 1, yanchor: 'bottom', yshift: 4 } as const;
	return label({ ...at, text, font: { size: 13, color: INK.text } });
}

function learningRate(history: readonly EpochRecord[]): Data {
	return {
		...line(history, 'learning rate', { showlegend: false }),
		y: history.map((record) => record.learningRate),
		customdata: history.map(({ imageSize }) => imageSize),
		...{ xaxis: 'x3', yaxis: 'y3', line: { color: INK.faint, width: 1.5 }, marker: { color: INK.faint, size: 5 } },
		hovertemplate: 'learning rate %{y:.2e}, images of %{customdata} px<extra></extra>',
	};
}

/** The axes of the learning rate, in the lowest part of the figure. */
function strip(history: readonly EpochRecord[], height: number): Partial<Layout> {
	return {
		xaxis3: axis({ ...epochAxis(history, 'epoch'), domain: [0, 1], anchor: 'y3' }),
		yaxis3: axis({
			...{ title: axisTitle('learning rate'), domain: [0, height], anchor: 'x3' },
			...{ rangemode: 'tozero', nticks: 4, exponentformat: 'e' },
		}),
	};
}
