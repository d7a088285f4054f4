import { type DataDescription, PLOT_PARTS } from '../data/describeData';
import { EMOTIONS } from '../emotions';
import { formatCount } from '../format';
import { classDistribution } from './classDistribution';
import type { Figure } from './figure';

/** Draws the number of images of each class in each part of a data set. */
export function describeFigure(description: DataDescription): Figure {
	const { classes, parts, name, place } = description;
	const counts = Object.fromEntries(parts.map(({ part, counts }) => [plotPart(part), counts]));
	const figure = classDistribution({
		emotions: classes,
		counts,
		title: `Classes of ${name}`,
		caption: captionOf(place, description),
	});
	if (parts[0].part !== 'all images') return figure;
	// The figure has training, validation and test only; a source without parts is none of them.
	const total = formatCount(description.images);
	const hovertemplate = '%{customdata}<br>%{y:,} images<extra></extra>';
	return { ...figure, data: figure.data.map((trace) => ({ ...trace, name: `all images (${total})`, hovertemplate })) };
}

function plotPart(part: DataDescription['parts'][number]['part']): 'training' | 'validation' | 'test' {
	return part === 'all images' ? 'training' : PLOT_PARTS[part];
}

function captionOf(place: string, { dropped, missing }: DataDescription): string {
	const left = Object.entries(dropped).map(([reason, count]) => `${formatCount(count)} ${reason}`);
	const texts = [`Source: ${place}.`];
	if (left.length > 0) texts.push(`Left out: ${left.join(', ')}.`);
	if (missing.length > 0) texts.push(`No image of ${missing.join(', ')}: ${EMOTIONS.length - missing.length}-way.`);
	return texts.join(' ');
}
