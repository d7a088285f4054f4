import type { AttentionMap } from '../../lib/evaluation/attention/attentionMap.js';
import { ATTENTION } from '../../lib/figures/attentionOverlay.js';
import type { TrackedFace } from './faceTracker.js';
import { percent } from './page.js';

/** The box around a face: a button that selects it, with its emotion as a label and its attention map. */
export class FaceBox {
	readonly element = document.createElement('button');
	private readonly name = document.createElement('span');
	private readonly share = document.createElement('span');
	private readonly map = document.createElement('canvas');
	private readonly colors: ReadonlyMap<string, string>;
	private drawn?: AttentionMap;

	/** @param colors Of the model's classes, by name. */
	constructor(colors: ReadonlyMap<string, string>, onChoose: () => void) {
		this.colors = colors;
		this.element.type = 'button';
		this.element.className = 'face';
		const label = document.createElement('span');
		label.className = 'face-label';
		// Hidden if the box is too narrow.
		this.share.className = 'face-share';
		label.append(this.name, this.share);
		this.map.className = 'attention';
		this.map.hidden = true;
		this.element.append(this.map, label);
		this.element.addEventListener('click', onChoose);
	}

	/** Positions the box over the picture. */
	place({ box, emotion, attention }: TrackedFace, isChosen: boolean): void {
		const { style } = this.element;
		for (const side of ['left', 'top', 'width', 'height'] as const) style[side] = `${(100 * box[side]).toFixed(3)}%`;
		style.setProperty('--color', this.colors.get(emotion) ?? '');
		this.element.setAttribute('aria-pressed', String(isChosen));
		this.element.classList.toggle('low', box.top < 0.1);
		this.element.classList.toggle('far', box.left + box.width / 2 > 0.6);
		this.lay(attention);
	}

	/** Updates the label, less often than the position so that it can be read. */
	write({ number, emotion, probabilities }: TrackedFace): void {
		this.name.textContent = `${number}: ${emotion}`;
		this.share.textContent = ` ${percent(probabilities[emotion])}`;
	}

	private lay(attention: AttentionMap | undefined): void {
		if (attention === this.drawn) return;
		this.drawn = attention;
		this.map.hidden = !attention;
		if (attention) drawMap(this.map, attention);
	}
}

/** Draws one pixel for each cell of the map; the browser smooths it when it enlarges it. */
function drawMap(canvas: HTMLCanvasElement, { values, width, height }: AttentionMap): void {
	Object.assign(canvas, { width, height });
	const [red, green, blue] = ATTENTION.color;
	const pixels = Array.from(values).flatMap((value) => [red, green, blue, 255 * ATTENTION.opacity * value]);
	canvas.getContext('2d')?.putImageData(new ImageData(Uint8ClampedArray.from(pixels), width, height), 0, 0);
}
