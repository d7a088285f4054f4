import type { Data } from 'plotly.js-dist';
import { invalidArgument } from '../errors';
import { formatCount } from '../format';
import { axis, axisTitle, createFigure, type Figure, type FigureOptions, INK, PART_COLORS } from './figure';

/** What `classDistribution` takes. */
export interface ClassDistributionOptions extends FigureOptions {
	/** The classes by label. */
	readonly emotions: readonly string[];
	/** Images of each class, by label, in each part of the data; a part may be left out. */
	readonly counts: { readonly [part in keyof typeof PART_COLORS]?: readonly number[] };
}

/**
 * Draws how many images each class has in the training, the validation and the test part, as bars side by side.
 * @throws {RangeError} If there is no part, or a part does not have one count of at least 0 for each class.
 */
export function classDistribution(options: ClassDistributionOptions): Figure {
	const { emotions, counts, title = 'Class distribution', caption } = options;
	const parts = (Object.keys(PART_COLORS) as (keyof typeof PART_COLORS)[]).flatMap((part) => {
		const values = counts[part];
		return values ? [{ part, values: checkCounts(part, values, emotions.length) }] : [];
	});
	if (parts.length === 0) throw invalidArgument('counts', 'at least one part of the data', 'none');
	const totals = emotions.map((_, label) => parts.reduce((sum, { values }) => sum + values[label], 0));
	const all = totals.reduce((sum, total) => sum + total, 0);
	const plotHeight = 330;
	return createFigure({
		title,
		subtitle: `${formatCount(all)} images`,
		caption,
		plotWidth: 830,
		plotHeight,
		margins: { left: 74, right: 16, top: 8, bottom: 88 },
		data: parts.map(({ part, values }) => bars(part, values, emotions)),
		layout: {
			barmode: 'group',
			bargap: 0.18,
			bargroupgap: 0.04,
			xaxis: axis({
				type: 'category',
				ticks: '',
				showgrid: false,
				tickmode: 'array',
				tickvals: [...emotions],
				ticktext: emotions.map((emotion, label) => nameAndShare(emotion, totals[label], all)),
				tickfont: { size: 13 },
			}),
			yaxis: axis({ title: axisTitle('images'), tickformat: ',d', rangemode: 'tozero' }),
			// Also for a single part, which Plotly would leave without a legend.
			showlegend: true,
			legend: { orientation: 'h', x: 0.5, xanchor: 'center', y: -52 / plotHeight, yanchor: 'top' },
		},
	});
}

function checkCounts(part: string, values: readonly number[], classes: number): readonly number[] {
	if (values.length !== classes) throw invalidArgument(`counts.${part}`, `${classes} counts`, values.length);
	const bad = values.find((count) => !Number.isInteger(count) || count < 0);
	if (bad !== undefined) throw invalidArgument(`counts.${part}`, 'integer counts of at least 0', bad);
	return values;
}

function bars(part: keyof typeof PART_COLORS, values: readonly number[], emotions: readonly string[]): Data {
	const total = values.reduce((sum, count) => sum + count, 0);
	return {
		type: 'bar',
		name: `${part} (${formatCount(total)})`,
		x: [...emotions],
		y: [...values],
		marker: { color: PART_COLORS[part] },
		texttemplate: '%{y:,}',
		textposition: 'outside',
		textangle: 0,
		cliponaxis: false,
		textfont: { size: 10, color: INK.text },
		// The axis's own name has the share in faint ink, which cannot be read on a bar's colour.
		customdata: [...emotions],
		hovertemplate: `%{customdata}, ${part}<br>%{y:,} images<extra></extra>`,
	};
}

function nameAndShare(emotion: string, count: number, all: number): string {
	const share = ((100 * count) / Math.max(1, all)).toFixed(1);
	return `${emotion}<br><span style="font-size:11px;color:${INK.faint}">${formatCount(count)}, ${share} %</span>`;
}
