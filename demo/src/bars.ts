import { classColors } from '../../lib/classColors.js';
import type { TrackedFace } from './faceTracker.js';
import { percent } from './page.js';

interface Bar {
	readonly row: HTMLElement;
	readonly meter: HTMLElement;
	readonly fill: HTMLElement;
	readonly value: HTMLElement;
}

/** Shows the probabilities of a face's classes, each as a bar and a number. */
export class Bars {
	private readonly emotions: readonly string[];
	private readonly bars: readonly Bar[];

	/** @param list An empty list for the bars. @param emotions The model's classes. */
	constructor(list: HTMLElement, emotions: readonly string[]) {
		this.emotions = emotions;
		const colors = classColors(emotions);
		this.bars = emotions.map((emotion, label) => {
			const bar = makeBar(emotion, colors[label]);
			list.append(bar.row);
			return bar;
		});
		this.write(undefined);
	}

	/** Updates the bars. */
	move(face: TrackedFace | undefined): void {
		for (const [label, { row, fill }] of this.bars.entries()) {
			const part = face?.probabilities[this.emotions[label]] ?? 0;
			fill.style.transform = `scaleX(${part.toFixed(4)})`;
			row.classList.toggle('first', face?.emotion === this.emotions[label]);
		}
	}

	/** Updates the numbers, less often than the bars so that they can be read. */
	write(face: TrackedFace | undefined): void {
		for (const [label, { meter, value }] of this.bars.entries()) {
			const part = face?.probabilities[this.emotions[label]];
			const text = part === undefined ? '–' : percent(part);
			if (value.textContent === text) continue;
			value.textContent = text;
			meter.setAttribute('aria-valuenow', String(Math.round(100 * (part ?? 0))));
			meter.setAttribute('aria-valuetext', part === undefined ? 'no face' : text);
		}
	}
}

function makeBar(emotion: string, color: string): Bar {
	const row = document.createElement('li');
	row.style.setProperty('--color', color);
	const name = make('span', 'bar-name', emotion);
	const meter = make('span', 'bar-track');
	for (const [attribute, text] of Object.entries({ role: 'meter', 'aria-label': emotion, 'aria-valuemin': '0' })) {
		meter.setAttribute(attribute, text);
	}
	meter.setAttribute('aria-valuemax', '100');
	const fill = make('span', 'bar-fill');
	meter.append(fill);
	const value = make('span', 'bar-value');
	// The meter's label and value already contain both.
	for (const element of [name, value]) element.setAttribute('aria-hidden', 'true');
	row.append(name, meter, value);
	return { row, meter, fill, value };
}

function make(tag: string, className: string, text = ''): HTMLElement {
	return Object.assign(document.createElement(tag), { className, textContent: text });
}
