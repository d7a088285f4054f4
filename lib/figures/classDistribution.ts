import type { Data } from 'plotly.js-dist';
import { type DataDescription, PLOT_PARTS } from '../data/describeData';
import { invalidArgument } from '../errors';
import { formatCount } from '../format';
import { escapeHtml, fitName, longestWidth } from './className';
import { createFigure, type Figure, type FigureOptions } from './figure';
import { axis, axisTitle, colored, INK, PART_COLORS, twoLines } from './theme';

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
	const shares = totals.map((total) => `${formatCount(total)}, ${((100 * total) / Math.max(1, all)).toFixed(1)} %`);
	const { plotWidth, slot, left, depth, ...ticks } = layOutNames(emotions, shares);
	const counted = parts.flatMap(({ values }) => values);
	const isTight = longestWidth(counted.map(formatCount), { size: 10 }) > ((1 - BAR_GAP) * slot) / parts.length;
	return createFigure({
		title,
		subtitle: `${formatCount(all)} images`,
		caption,
		plotWidth,
		plotHeight: PLOT_HEIGHT,
		margins: { left, right: 16, top: 8, bottom: depth + 52 },
		data: parts.map(({ part, values }) => bars(part, values, { emotions, textangle: isTight ? -90 : 0 })),
		layout: {
			...{ barmode: 'group', bargap: BAR_GAP, bargroupgap: 0.04 },
			xaxis: axis({
				...{ type: 'category', ticks: '', showgrid: false, tickmode: 'array', tickvals: [...emotions] },
				...{ ...ticks, tickfont: { size: 13 } },
			}),
			yaxis: axis({
				...{ title: axisTitle('images'), tickformat: ',d', rangemode: 'tozero' },
				// Room for numbers that stand upright on the bars.
				...(isTight && { range: [0, 1.18 * Math.max(1, ...counted)] }),
			}),
			// Plotly hides the legend of a single trace by default.
			showlegend: true,
			legend: { orientation: 'h', x: 0.5, xanchor: 'center', y: -(depth + 16) / PLOT_HEIGHT, yanchor: 'top' },
		},
	});
}

const PLOT_HEIGHT = 330;
/** The part of a class's space between its bars and those of the next. */
const BAR_GAP = 0.18;
/** The space of a class in pixels: at most, and at least. */
const SLOT = { most: 150, least: 36 };
/** Of the plotting area in pixels: at most if the space allows it, and at least. */
const WIDTH = { most: 830, least: 440 };
/** The longest name in pixels where names are slanted. */
const SLANTED = 160;

/** Places the classes' names and shares: below each other, or slanted in one line if the classes are many. */
function layOutNames(emotions: readonly string[], shares: readonly string[]) {
	const { length } = emotions;
	const usual = Math.min(WIDTH.most, Math.max(WIDTH.least, length * SLOT.most));
	const plotWidth = Math.max(usual, length * SLOT.least);
	const slot = plotWidth / length;
	if (longestWidth(shares, { size: 11 }) + 8 <= slot) {
		const names = emotions.map((name) => fitName(name, { width: slot - 6, size: 13, lines: 3 }));
		const lines = Math.max(...names.map((name) => name.split('<br>').length));
		const ticktext = names.map((name, label) => twoLines(name, shares[label], 11));
		return { plotWidth, slot, ticktext, tickangle: 0, left: 74, depth: 36 + 17 * (lines - 1) };
	}
	const names = emotions.map((name) => fitName(name, { width: SLANTED, size: 13 }));
	const width = Math.min(SLANTED, longestWidth(emotions, { size: 13 })) + longestWidth(shares, { size: 11 });
	const ticktext = names.map((name, label) => `${name} ${colored(shares[label], INK.faint, 11)}`);
	const reach = Math.round(width * Math.SQRT1_2);
	return {
		plotWidth,
		slot,
		ticktext,
		tickangle: -45,
		left: Math.max(74, reach - Math.round(slot / 2)),
		depth: reach + 14,
	};
}

/** Checks that there is one image count, an integer of at least 0, for each class. */
export function checkCounts(name: string, counts: readonly number[], classes: number): void {
	if (counts.length !== classes) throw invalidArgument(name, `${classes} counts`, counts.length);
	const bad = counts.find((count) => !Number.isInteger(count) || count < 0);
	if (bad !== undefined) throw invalidArgument(name, 'integer counts of at least 0', bad);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** How bars are named: by class, and the angle of the numbers on them in degrees. */
type BarOptions = Pick<ClassDistributionOptions, 'emotions'> & { readonly textangle: number };

function bars(part: Part, values: readonly number[], { emotions, textangle }: BarOptions): Data {
	return {
		type: 'bar',
		name: `${part} (${formatCount(sum(values))})`,
		x: [...emotions],
		y: [...values],
		marker: { color: PART_COLORS[part] },
		...{ texttemplate: '%{y:,}', textposition: 'outside', textangle, constraintext: 'none', cliponaxis: false },
		textfont: { size: 10, color: INK.text },
		// Not %{x}: the share in it is unreadable on the colour of a bar.
		customdata: emotions.map(escapeHtml),
		hovertemplate: `%{customdata}, ${part}<br>%{y:,} images<extra></extra>`,
	};
}

/** Draws the number of images of each class in each part of a described dataset. */
export function describeFigure({ classes, parts, name, place, dropped, missing }: DataDescription): Figure {
	const left = Object.entries(dropped).map(([reason, count]) => `${formatCount(count)} ${reason}`);
	const texts = [`Source: ${place}.`];
	if (left.length > 0) texts.push(`Left out: ${left.join(', ')}.`);
	if (missing.length > 0) texts.push(`No image of ${missing.join(', ')}: ${classes.length - missing.length}-way.`);
	const counts = parts.map(({ part, counts }) => [part === 'all images' ? part : PLOT_PARTS[part], counts]);
	const title = `Classes of ${escapeHtml(name)}`;
	const caption = escapeHtml(texts.join(' '));
	return classDistribution({ emotions: classes, counts: Object.fromEntries(counts), title, caption });
}
