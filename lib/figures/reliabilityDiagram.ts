import type { Data } from 'plotly.js-dist';
import { invalidArgument } from '../errors';
import type { Calibration, CalibrationBin } from '../evaluation/calibration';
import { formatCount, formatPercent } from '../format';
import { createFigure, type Figure, type FigureOptions } from './figure';
import { axis, axisTitle, legendBelow } from './theme';

const COLORS = { bar: '#56b4e9', gap: '#ecb78c', line: '#6b6b6b', count: '#9aa7b1' };
const PLOT_HEIGHT = 470;
/** The top of the lower panel and the bottom of the upper one, as fractions of the height. */
const SPLIT = { low: 0.2, high: 0.27 };

const DIAGONAL: Data = {
	...{ type: 'scatter', mode: 'lines', name: 'perfect calibration', x: [0, 1], y: [0, 1] },
	...{ line: { color: COLORS.line, width: 1.5, dash: 'dash' }, hoverinfo: 'skip' },
};

/** A bin with images. */
type FullBin = CalibrationBin & { readonly confidence: number; readonly accuracy: number };

/** Draws a reliability diagram above the images per bin (Guo et al. 2017, arXiv:1706.04599). */
export function reliabilityDiagram(options: FigureOptions & Calibration): Figure {
	const { bins, expectedCalibrationError, title = 'Reliability diagram', caption } = options;
	const full = bins.filter((bin): bin is FullBin => bin.confidence !== null && bin.accuracy !== null);
	if (full.length === 0) throw invalidArgument('bins', 'at least one bin with images', 'none');
	const total = full.reduce((sum, { count }) => sum + count, 0);
	const mean = (name: 'accuracy' | 'confidence') =>
		formatPercent(full.reduce((sum, bin) => sum + bin.count * bin[name], 0) / total, 1);
	const error = formatPercent(expectedCalibrationError, 1);
	const [accuracy, gap, images] = bars(full);
	return createFigure({
		title,
		subtitle: `expected calibration error ${error}, accuracy ${mean('accuracy')}, mean confidence ${mean('confidence')}, n = ${formatCount(total)}`,
		caption,
		plotWidth: 560,
		plotHeight: PLOT_HEIGHT,
		margins: { left: 76, right: 24, top: 8, bottom: 84 },
		data: [accuracy, gap, DIAGONAL, images],
		layout: {
			barmode: 'overlay',
			bargap: 0,
			xaxis: axis({ range: [0, 1], dtick: 0.1, domain: [0, 1], anchor: 'y', matches: 'x2', showticklabels: false }),
			yaxis: axis({ range: [0, 1.02], dtick: 0.2, title: axisTitle('accuracy'), domain: [SPLIT.high, 1] }),
			xaxis2: axis({ range: [0, 1], dtick: 0.1, title: axisTitle('confidence'), anchor: 'y2' }),
			yaxis2: axis({
				...{ title: axisTitle('images'), domain: [0, SPLIT.low], anchor: 'x2' },
				...{ nticks: 5, tickformat: ',d', rangemode: 'tozero' },
			}),
			legend: { ...legendBelow(PLOT_HEIGHT), traceorder: 'normal' },
		},
	});
}

/** The accuracy of each bin, the gap between it and the mean confidence, and the images. */
function bars(bins: readonly FullBin[]): [accuracy: Data, gap: Data, images: Data] {
	const x = bins.map(({ from, to }) => (from + to) / 2);
	const width = bins.map(({ from, to }) => to - from);
	const accuracy = bins.map((bin) => bin.accuracy);
	const edge = { color: '#ffffff', width: 1 };
	return [
		{
			...{ type: 'bar', x, width, name: 'accuracy', y: accuracy },
			marker: { color: COLORS.bar, line: edge },
			customdata: bins.map(({ from, to, count, confidence }) => [from, to, count, confidence]),
			hovertemplate:
				'confidence %{customdata[0]:.2f} to %{customdata[1]:.2f}<br>mean confidence %{customdata[3]:.1%}<br>accuracy %{y:.1%}<br>%{customdata[2]:,} images<extra></extra>',
		},
		{
			...{ type: 'bar', x, width, name: 'gap to confidence', base: accuracy },
			y: bins.map((bin) => bin.confidence - bin.accuracy),
			...{ marker: { color: COLORS.gap, line: { color: '#d55e00', width: 1 } }, hoverinfo: 'skip' },
		},
		{
			...{ type: 'bar', name: 'images', showlegend: false, x, width, y: bins.map(({ count }) => count) },
			...{ xaxis: 'x2', yaxis: 'y2', marker: { color: COLORS.count, line: edge } },
			hovertemplate: '%{y:,} images<extra></extra>',
		},
	];
}
