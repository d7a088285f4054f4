// package/ and demo/ share this file, which therefore imports no Node modules.
import { EMOTION_COLORS, EMOTIONS } from './emotions';

/**
 * Colours of classes that are none of our emotions: Paul Tol's muted scheme, which is safe for the common colour-vision
 * deficiencies (Tol 2021, SRON/EPS/TN/09-002, https://personal.sron.nl/~pault/). Without its sand and cyan, in which a
 * name could not be read on white. The first ones are far from the emotions' colours, also to colour-blind eyes.
 */
const OTHER_COLORS = ['#882255', '#332288', '#44aa99', '#999933', '#aa4499', '#117733', '#cc6677'] as const;

/** The share of black in the darkest repetition of `OTHER_COLORS`. */
const DARKEST = 0.7;

/**
 * Chooses the colours of a data set's or model's classes. The seven emotions keep theirs, which no other class gets. Other
 * classes take those of a colour-blind safe palette in turn, and darker shades of it once all are taken: no two classes
 * have the same colour, but with many classes their names, which stand beside the colours, are needed to tell them apart.
 * @param classes Names, all different.
 * @returns `#rrggbb` for each class.
 */
export function classColors(classes: readonly string[]): string[] {
	let others = 0;
	return classes.map((name) => EMOTION_COLORS[(EMOTIONS as readonly string[]).indexOf(name)] ?? otherColor(others++));
}

function otherColor(place: number): string {
	const color = OTHER_COLORS[place % OTHER_COLORS.length];
	const black = DARKEST * spread(Math.floor(place / OTHER_COLORS.length));
	const channels = [1, 3, 5].map((at) => Math.round((1 - black) * Number.parseInt(color.slice(at, at + 2), 16)));
	return `#${channels.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Numbers from 0 to below 1, each far from those before it: 0, 1/2, 1/4, 3/4, 1/8 ... (van der Corput 1935). */
function spread(index: number): number {
	let [value, part] = [0, 0.5];
	for (let rest = index; rest > 0; rest >>= 1) {
		value += part * (rest & 1);
		part /= 2;
	}
	return value;
}
