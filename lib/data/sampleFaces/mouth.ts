import { bothSides, clipPath, curve, fill, oval, type Point, spot, stroke } from './pen';
import type { Sitter } from './sitter';

/** The positions of the edges of the mouth, in face units. */
type MouthShape = ReturnType<typeof mouthShape>;

/** Computes the mouth of a person under the action units. */
export function mouthShape({ person, actions: a }: Sitter) {
	const drop = 17 * a[26] * (1 - 0.35 * a[20]) + 27 * a[27];
	const top = 46 - 4.5 * a[10] - 3 * a[9] - 1.5 * a[12] - 2.5 * a[17] - 0.12 * drop;
	const parted = 4 * a[25] * (1 + 0.5 * a[12] + 0.5 * a[20]) + 5 * a[16] * Math.min(1, 3 * a[25]) - 3 * a[17] + drop;
	const open = parted >= 1;
	const pressed = 0.5 * a[23] + 0.75 * a[24];
	const widened = 8 * a[12] + 8 * a[20] + a[10] + a[15];
	const narrowed = 3 * a[23] + 1.5 * a[24] + 3.5 * a[26] + 6 * a[27];
	const lip = person.lipFullness;
	return {
		/** Half of the width, and the height of the corners. */
		half: 20.5 * person.mouthWidth + widened - narrowed,
		corner: 46 + person.lipDroop - 14 * a[12] + 9 * a[15] + 3 * a[20] - a[9] - 2 * a[10] + 0.36 * drop,
		/** The inner edges of the lips in the middle. */
		top,
		bottom: open ? top + parted : top + 0.4 * a[12],
		open,
		/** Thickness of the lips in the middle. */
		upperLip: 5 * lip * Math.max(0.25, 1 - pressed - 0.25 * a[12] - 0.3 * a[20]),
		lowerLip: 6.6 * lip * Math.max(0.25, 1 - pressed - 0.2 * a[12] - 0.25 * a[20] + 0.25 * a[17] + 0.2 * a[16]),
		/** Shape of the opening towards the corners: 0 a lens, 1 a box. */
		fullness: Math.min(1, 0.9 * a[20] + 0.6 * a[10] + 0.7 * a[23] + 0.35 * a[12] + 0.5 * a[26] + 0.6 * a[27]),
	};
}

/** Points of an edge from the left corner to the right one, through `middle` at the centre. */
function edge({ half, corner, fullness }: MouthShape, middle: number, cupid = 0): Point[] {
	const toward = (share: number) => corner + (middle - corner) * share;
	const near: Point = [half * 0.3, toward(0.97) - cupid];
	const far: Point = [half * (0.64 + 0.14 * fullness), toward(0.66 + 0.24 * fullness)];
	const right: Point[] = [near, far, [half, corner]];
	const left = right.map(([x, y]): Point => [-x, y]).reverse();
	return [...left, [0, middle], ...right];
}

/** A row of teeth across the mouth, from root to edge; clipped by the lips. */
function teeth({ at }: Sitter, { half }: MouthShape, root: number, edgeHeight: number, level: number): string {
	const length = Math.abs(edgeHeight - root);
	if (length < 0.7) return '';
	const hidden = root + 9 * Math.sign(root - edgeHeight);
	const bend = 0.1 * half;
	const gum = [at(-half, hidden - bend), at(0, hidden), at(half, hidden - bend)];
	const tips = [at(half, edgeHeight - bend), at(0, edgeHeight), at(-half, edgeHeight - bend)];
	return fill(curve([...gum, ...tips], true), level);
}

/** The dark inside, visible teeth, and the tongue. */
function insideMouth(sitter: Sitter, shape: MouthShape, opening: string): string {
	const { actions: a, at } = sitter;
	const { half, top, bottom } = shape;
	const gap = bottom - top;
	const upper = Math.min(gap * 0.62, 8) * Math.min(1, 1.2 * a[12] + 1.1 * a[10] + 0.7 * a[20] + 0.5 * a[25] + 0.12);
	const lower = Math.min(gap * 0.34, 6) * Math.min(1, 1.2 * a[16] + 0.7 * a[20] + 0.8 * a[23]);
	return [
		clipPath('mouth', opening),
		'<g clip-path="url(#mouth)">',
		fill(opening, 22),
		gap > 12 ? fill(oval(at(0, bottom + 1), half * 0.6, gap * 0.34), 95) : '',
		teeth(sitter, shape, top, top + upper, 238),
		teeth(sitter, shape, bottom, bottom - lower, 205),
		'</g>',
	].join('');
}

/** Draws the lips, and the inside of an open mouth. */
export function drawMouth(sitter: Sitter): string {
	const { person, actions: a, at } = sitter;
	const shape = mouthShape(sitter);
	const { half, corner, top, bottom, open, upperLip, lowerLip } = shape;
	const place = (points: readonly Point[]) => points.map(([x, y]) => at(x, y, 2));
	const between = (over: Point[], under: Point[]) => curve(place([...over, ...under.slice(1, -1).reverse()]), true);
	const [upperInner, lowerInner] = [edge(shape, top), edge(shape, bottom)];
	const upperOuter = edge(shape, top - upperLip * 0.82, upperLip * 0.25);
	const lowerOuter = edge(shape, bottom + lowerLip);
	const level = person.skin * (0.72 - 0.08 * person.lipFullness);
	const dent = (side: -1 | 1) =>
		curve([at(side * (half - 0.5), corner - 1), at(side * (half + 2.5), corner + 1.5 * a[15] - 1.5 * a[12])]);
	return [
		spot(at(0, bottom + lowerLip + 5, 2), half * 0.7, 5.5, 0, 0.34 + 0.2 * a[17]),
		fill(between(upperOuter, upperInner), level * 0.88),
		fill(between(lowerInner, lowerOuter), level),
		spot(at(0, bottom + lowerLip * 0.5, 2), half * 0.5, lowerLip * 0.5, 255, 0.28),
		open ? insideMouth(sitter, shape, between(upperInner, lowerInner)) : '',
		stroke(curve(place(upperInner)), person.skin * 0.26, open ? 1.3 : 2.4, 0.9),
		bothSides((side) => stroke(dent(side), person.skin * 0.4, 2, 0.45 + 0.4 * (a[12] + a[15] + a[20]))),
		chinLines(sitter, bottom + lowerLip),
	].join('');
}

/** The lines that 17 and 15 cause on the chin. */
function chinLines({ person, actions: a, at }: Sitter, lip: number): string {
	const arc = [at(-10, lip + 9), at(-5, lip + 5.5), at(0, lip + 4.5), at(5, lip + 5.5), at(10, lip + 9)];
	const crease = (side: -1 | 1) => curve([at(side * 20, lip - 5), at(side * 22, lip + 4)]);
	return [
		stroke(curve(arc), person.skin * 0.55, 1.8, Math.min(0.8, 0.9 * a[17])),
		bothSides((side) => stroke(crease(side), person.skin * 0.6, 1.8, 0.5 * a[15])),
	].join('');
}
