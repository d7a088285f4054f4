import { classColors } from '../../lib/classColors.js';
import { Announcer } from './announcer.js';
import { Bars } from './bars.js';
import type { TrackedFace } from './faceTracker.js';
import { find, percent } from './page.js';
import type { ShownPicture } from './share/resultPicture.js';
import { Stage } from './stage.js';

/** Seconds between updates of a text. */
const TEXT_PAUSE = 0.25;
/** Seconds between updates of anything for visitors who prefer reduced motion. */
const CALM_PAUSE = 0.5;

/** Shows the faces: boxes in the picture, bars for one of them, and announcements for screen readers. */
export class Display {
	readonly stage: Stage;
	/** Of the model's classes. */
	readonly colors: readonly string[];
	private shown: readonly TrackedFace[] = [];
	private readonly bars: Bars;
	private readonly whose = find('whose', HTMLElement);
	private readonly announcer = new Announcer((text) => {
		find('spoken', HTMLElement).textContent = text;
	});
	private readonly calm = matchMedia('(prefers-reduced-motion: reduce)');
	/** Number of the face that the visitor chose. Default: the largest. */
	private chosen?: number;
	private movedAt = Number.NEGATIVE_INFINITY;
	private textAt = Number.NEGATIVE_INFINITY;

	/** @param emotions The model's classes. */
	constructor(emotions: readonly string[]) {
		const colors = classColors(emotions);
		this.colors = colors;
		const onChoose = (number: number) => {
			this.chosen = this.chosen === number ? undefined : number;
			this.textAt = Number.NEGATIVE_INFINITY;
		};
		this.stage = new Stage(new Map(emotions.map((name, label) => [name, colors[label]])), onChoose);
		this.bars = new Bars(find('bars', HTMLElement), emotions);
	}

	/**
	 * Shows faces.
	 * @param isRead Whether the picture has been read: only then can it have no face.
	 * @param now Seconds.
	 */
	show(faces: readonly TrackedFace[], isRead: boolean, now: number): void {
		if (this.calm.matches && now - this.movedAt < CALM_PAUSE) return;
		this.movedAt = now;
		this.shown = faces;
		const face = this.faceOf(faces);
		this.stage.place(faces, face?.number);
		this.bars.move(face);
		if (now - this.textAt < TEXT_PAUSE) return;
		this.textAt = now;
		this.stage.write(faces);
		this.bars.write(face);
		this.whose.textContent = isRead ? this.title(face, faces.length) : 'No face yet';
		if (isRead) this.announce(face, faces.length, now);
	}

	/** Resets the choice for another picture. */
	clear(): void {
		this.chosen = undefined;
		this.textAt = Number.NEGATIVE_INFINITY;
	}

	/** What is shown, as one picture; undefined on the start screen. */
	picture(): ShownPicture | undefined {
		const picture = this.stage.picture();
		return picture && { ...picture, faces: this.shown };
	}

	private faceOf(faces: readonly TrackedFace[]): TrackedFace | undefined {
		const chosen = faces.find(({ number }) => number === this.chosen);
		return chosen ?? [...faces].sort((a, b) => b.box.width - a.box.width)[0];
	}

	private title(face: TrackedFace | undefined, count: number): string {
		if (!face) return 'No face found';
		if (count === 1) return 'One face';
		return `${nameOf(face, count)}${face.number === this.chosen ? '' : ', the largest'}`;
	}

	private announce(face: TrackedFace | undefined, count: number, now: number): void {
		if (!face) {
			this.announcer.offer('none', 'No face found.', now);
			return;
		}
		const { emotion, probabilities } = face;
		const which = count === 1 ? 'The face' : nameOf(face, count);
		const text = `${which} shows ${emotion}, ${percent(probabilities[emotion])}.`;
		this.announcer.offer(`${which} ${emotion}`, text, now);
	}
}

/** Names one of several faces; in a video, in which faces come and go, its number may be above their count. */
function nameOf({ number }: TrackedFace, count: number): string {
	return number <= count ? `Face ${number} of ${count}` : `Face ${number}`;
}
