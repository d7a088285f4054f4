import type { Data } from 'plotly.js-dist';
import { rankTrials, type SweepTrial } from '../training/sweepTrial';
import { createFigure, type Figure, type FigureOptions } from './figure';
import { axis, axisTitle, INK, legendBelow, PART_COLORS } from './theme';

/** Options of `sweepCurves`. */
interface SweepCurvesOptions extends FigureOptions {
	readonly trials: readonly SweepTrial[];
}

const PLOT_HEIGHT = 340;

/** How the curves of each kind of trial look; those of later kinds lie above. */
const KINDS = {
	stopped: { name: 'stopped early', line: { color: '#c9c9c9', width: 1.2 } },
	running: { name: 'not finished', line: { color: INK.axis, width: 1.2 } },
	failed: { name: 'failed', line: { color: INK.title, width: 1.2, dash: 'dot' } },
	finished: { name: 'finished', line: { color: PART_COLORS.training, width: 1.5 } },
	best: { name: 'best', line: { color: PART_COLORS.validation, width: 3 } },
} as const;
type Kind = keyof typeof KINDS;

/** Draws the validation accuracy of each trial of a sweep over the epochs, and emphasises the best trial. */
export function sweepCurves({
	trials,
	title = 'Validation accuracy of the trials',
	caption,
}: SweepCurvesOptions): Figure {
	const [best] = rankTrials(trials);
	const kindOf = (trial: SweepTrial): Kind => (trial === best ? 'best' : trial.status);
	const curves = (Object.keys(KINDS) as Kind[]).flatMap((kind) =>
		trials
			.filter((trial) => trial.history.length > 0 && kindOf(trial) === kind)
			.map((trial, i) => curve(trial, kind, i)),
	);
	return createFigure({
		title,
		caption,
		plotWidth: 640,
		plotHeight: PLOT_HEIGHT,
		margins: { left: 66, right: 22, top: 4, bottom: 84 },
		data: curves,
		layout: {
			xaxis: axis({ title: axisTitle('epoch'), rangemode: 'tozero' }),
			yaxis: axis({ title: axisTitle('validation accuracy (%)') }),
			showlegend: true,
			legend: { ...legendBelow(PLOT_HEIGHT), font: { size: 12 } },
		},
	});
}

function curve({ name, history }: SweepTrial, kind: Kind, index: number): Data {
	return {
		...{ type: 'scatter', mode: history.length > 1 ? 'lines' : 'markers', ...KINDS[kind] },
		marker: { color: KINDS[kind].line.color, size: 4 },
		// One entry of the legend for each kind.
		...{ legendgroup: kind, showlegend: index === 0 },
		x: history.map(({ epoch }) => epoch),
		y: history.map(({ validationAccuracy }) => 100 * validationAccuracy),
		hovertemplate: `${name}: %{y:.2f} %<extra></extra>`,
	};
}
