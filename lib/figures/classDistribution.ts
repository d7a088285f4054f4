import type { Data } from 'plotly.js-dist';
import { invalidArgument } from '../errors';
import { formatCount } from '../format';
import { axis, axisTitle, legendBelow } from './axis';
import { checkCounts } from './checkCounts';
import { INK, PART_COLORS } from './colors';
import { createFigure, type Figure, type FigureOptions } from './figure';
import { twoLines } from './label';

type Part = keyof typeof PART_COLORS;

/** Options of `classDistribution`. */
export interface ClassDistributionOptions extends FigureOptions {
	/** The classes by label. */
	readonly emotions: readonly string[];
	/** Number of images of each class, by label, in at least one part of the dataset. */
	readonly counts: { readonly [part in Part]?: readonly number[] };
}

/**
 * Draws the number of images per class in each part of a dataset, as grouped bars.
 * @throws {RangeError} If there is no part, or a part does not have one count of at least 0 for each class.
 */
export function classDistribution(options: ClassDistributionOptions): Figure {
	const { emotions, counts, title = 'Class distribution', caption } = options;
	const parts = (Object.keys(PART_COLORS) as Part[]).flatMap((part) => {
		const values = counts[part];
		if (!values) return [];
		checkCounts(`counts.${part}`, values, emotions.length);
		return [{ part, values }];
	});
	if (parts.length === 0) throw invalidArgument('counts', 'at least one part of the data', 'none');
	const totals = emotions.map((_, label) => sum(parts.map(({ values }) => values[label])));
	const all = sum(totals);
	const share = (label: number) =>
		`${formatCount(totals[label])}, ${((100 * totals[label]) / Math.max(1, all)).toFixed(1)} %`;
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
			...{ barmode: 'group', bargap: 0.18, bargroupgap: 0.04 },
			xaxis: axis({
				...{ type: 'category', ticks: '', showgrid: false, tickmode: 'array', tickvals: [...emotions] },
				ticktext: emotions.map((emotion, label) => twoLines(emotion, share(label), 11)),
				tickfont: { size: 13 },
			}),
			yaxis: axis({ title: axisTitle('images'), tickformat: ',d', rangemode: 'tozero' }),
			// Plotly hides the legend of a single trace by default.
			showlegend: true,
			legend: legendBelow(plotHeight),
		},
	});
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function bars(part: Part, values: readonly number[], emotions: readonly string[]): Data {
	return {
		type: 'bar',
		name: `${part} (${formatCount(sum(values))})`,
		x: [...emotions],
		y: [...values],
		marker: { color: PART_COLORS[part] },
		...{ texttemplate: '%{y:,}', textposition: 'outside', textangle: 0, cliponaxis: false },
		textfont: { size: 10, color: INK.text },
		// Not %{x}: the share in it is unreadable on the colour of a bar.
		customdata: [...emotions],
		hovertemplate: `%{customdata}, ${part}<br>%{y:,} images<extra></extra>`,
	};
}
