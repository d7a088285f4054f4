import type { Data } from 'plotly.js-dist';
import { type DataDescription, PLOT_PARTS } from '../data/describeData';
import { EMOTIONS } from '../emotions';
import { invalidArgument } from '../errors';
import { formatCount } from '../format';
import { createFigure, type Figure, type FigureOptions } from './figure';
import { axis, axisTitle, INK, legendBelow, PART_COLORS, twoLines } from './theme';

type Part = keyof typeof PART_COLORS;

/** Options of `classDistribution`: the images of each class, by label, in at least one part of the dataset. */
interface ClassDistributionOptions extends FigureOptions {
	readonly emotions: readonly string[];
	readonly counts: { readonly [part in Part]?: readonly number[] };
}

/** Draws the number of images per class in each part of a dataset, as grouped bars. */
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
	const share = (total: number) => `${formatCount(total)}, ${((100 * total) / Math.max(1, all)).toFixed(1)} %`;
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
				ticktext: emotions.map((emotion, label) => twoLines(emotion, share(totals[label]), 11)),
				tickfont: { size: 13 },
			}),
			yaxis: axis({ title: axisTitle('images'), tickformat: ',d', rangemode: 'tozero' }),
			// Plotly hides the legend of a single trace by default.
			showlegend: true,
			legend: legendBelow(plotHeight),
		},
	});
}

/** Checks that there is one image count, an integer of at least 0, for each class. */
export function checkCounts(name: string, counts: readonly number[], classes: number): void {
	if (counts.length !== classes) throw invalidArgument(name, `${classes} counts`, counts.length);
	const bad = counts.find((count) => !Number.isInteger(count) || count < 0);
	if (bad !== undefined) throw invalidArgument(name, 'integer counts of at least 0', bad);
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

/** Draws the number of images of each class in each part of a described dataset. */
export function describeFigure({ classes, parts, name, place, dropped, missing }: DataDescription): Figure {
	const left = Object.entries(dropped).map(([reason, count]) => `${formatCount(count)} ${reason}`);
	const texts = [`Source: ${place}.`];
	if (left.length > 0) texts.push(`Left out: ${left.join(', ')}.`);
	if (missing.length > 0) texts.push(`No image of ${missing.join(', ')}: ${EMOTIONS.length - missing.length}-way.`);
	const counts = parts.map(({ part, counts }) => [part === 'all images' ? part : PLOT_PARTS[part], counts]);
	const title = `Classes of ${name}`;
	return classDistribution({ emotions: classes, counts: Object.fromEntries(counts), title, caption: texts.join(' ') });
}
