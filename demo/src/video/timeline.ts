import { find, percent } from '../page.js';
import { clock } from './clock.js';
import type { FaceSummary, Recording } from './recording.js';
import { stackedPath, timelineColumns } from './timelineColumns.js';

/** Most columns of a row, of a pixel or more on most screens. */
const COLUMNS = 400;
/** Most rows: the faces that are seen longest. */
const ROWS = 6;
/** Classes that are named for screen readers. */
const NAMED = 3;
const SVG = 'http://www.w3.org/2000/svg';

interface Row {
	readonly element: HTMLElement;
	readonly chart: SVGElement;
	readonly paths: readonly SVGElement[];
}

/** Draws the faces of a video over time: a row for each, its classes stacked. */
export class Timeline {
	private readonly element = find('timeline', HTMLElement);
	private readonly list = find('timeline-faces', HTMLElement);
	private readonly more = find('timeline-more', HTMLElement);
	private readonly emotions: readonly string[];
	private readonly colors: readonly string[];
	private readonly rows = new Map<number, Row>();

	/** @param colors Of the model's classes. @param onSeek Called with the part of the video that was clicked, 0 to 1. */
	constructor(emotions: readonly string[], colors: readonly string[], onSeek: (part: number) => void) {
		this.emotions = emotions;
		this.colors = colors;
		find('timeline-legend', HTMLElement).replaceChildren(...emotions.map((name, label) => entry(name, colors[label])));
		// Keyboards have the slider.
		this.list.addEventListener('click', ({ target, clientX }) => {
			const chart = target instanceof Element ? target.closest('.timeline-chart') : null;
			if (!chart) return;
			const { left, width } = chart.getBoundingClientRect();
			onSeek(Math.min(Math.max((clientX - left) / width, 0), 1));
		});
	}

	/** Draws what was read so far. @param duration Of the whole video in seconds. */
	draw(recording: Recording, duration: number): void {
		const summaries = recording.summaries();
		const longest = [...summaries].sort((a, b) => b.frames - a.frames || a.number - b.number).slice(0, ROWS);
		const shown = longest.sort((a, b) => a.number - b.number);
		const rows = shown.map((summary) => this.row(summary, recording, duration).element);
		if (rows.length !== this.list.children.length || rows.some((row, i) => row !== this.list.children[i])) {
			this.list.replaceChildren(...rows);
		}
		const others = summaries.length - shown.length;
		this.more.textContent = others > 0 ? `${others} more faces, seen for less time, are in the table.` : '';
	}

	/** Moves the mark of the moment that is shown. @param part 0 to 1. */
	mark(part: number): void {
		this.element.style.setProperty('--moment', part.toFixed(4));
	}

	/** Forgets the faces, for another video. */
	clear(): void {
		this.rows.clear();
		this.list.replaceChildren();
		this.more.textContent = '';
	}

	private row(summary: FaceSummary, recording: Recording, duration: number): Row {
		const { number } = summary;
		const row = this.rows.get(number) ?? this.add(number);
		const columns = Math.min(Math.max(1, Math.ceil(duration / recording.step - 1e-6)), COLUMNS);
		const { emotions } = this;
		const shares = timelineColumns(recording.frames, { face: number, emotions, duration, columns });
		row.chart.setAttribute('viewBox', `0 0 ${columns} 1`);
		row.chart.setAttribute('aria-label', describe(summary));
		for (const [label, path] of row.paths.entries()) path.setAttribute('d', stackedPath(shares, label));
		return row;
	}

	private add(number: number): Row {
		const element = document.createElement('li');
		const name = Object.assign(document.createElement('span'), { textContent: `Face ${number}` });
		// The chart's own label contains it.
		name.setAttribute('aria-hidden', 'true');
		const chart = document.createElementNS(SVG, 'svg');
		for (const [attribute, value] of [
			['class', 'timeline-chart'],
			['role', 'img'],
			['preserveAspectRatio', 'none'],
		]) {
			chart.setAttribute(attribute, value);
		}
		const paths = this.colors.map((color) => {
			const path = document.createElementNS(SVG, 'path');
			path.style.setProperty('--color', color);
			return path;
		});
		chart.append(...paths);
		element.append(name, chart);
		const row = { element, chart, paths };
		this.rows.set(number, row);
		return row;
	}
}

/** Describes a row in words: `Face 1, 0:00 to 0:12: happy 62 %, neutral 20 %, sad 9 %`. */
function describe({ number, from, to, probabilities }: FaceSummary): string {
	const ranked = Object.entries(probabilities).sort(([, a], [, b]) => b - a);
	const named = ranked.slice(0, NAMED).map(([name, share]) => `${name} ${percent(share)}`);
	return `Face ${number}, ${clock(from)} to ${clock(to)}: ${named.join(', ')}`;
}

function entry(name: string, color: string): HTMLElement {
	const element = Object.assign(document.createElement('li'), { textContent: name });
	element.style.setProperty('--color', color);
	return element;
}
