import { bothSides, clipPath, curve, fill, mirrored, oval, type Point, points, spot, stroke } from './pen';
import type { Sitter } from './person';

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

/** Draws the nose, with the wrinkles of 9 and the nasolabial folds. */
export function drawNose(sitter: Sitter): string {
	const { person, scene, actions: a, at } = sitter;
	const tip = 22 * person.noseLength - 3 * a[9] - a[10];
	const wing = 10.5 * person.noseWidth + 1.8 * a[9] + 1.2 * a[10];
	const far = scene.pose.yaw > 0 ? -1 : 1;
	const level = person.skin * 0.52;
	const bridge = [at(far * 6, -14, 3), at(far * 4.6, -2, 7), at(far * 6.2, 10, 10), at(far * wing, tip - 4, 5)];
	const half: Point[] = [at(4, tip + 1.6, 10), at(wing - 1, tip + 2, 6), at(wing, tip - 3, 5)];
	const otherHalf: Point[] = [at(-wing, tip - 3, 5), at(-wing + 1, tip + 2, 6), at(-4, tip + 1.6, 10)];
	return [
		spot(at(0, tip + 5, 4), wing * 1.5, 7, 0, 0.36),
		spot(at(far * 9, 6, 4), 8, 22, 0, 0.26),
		spot(at(0, tip - 5, 12), 6, 8, 255, 0.35),
		spot(at(0, -3, 7), 3.6, 18, 255, 0.22),
		stroke(curve(bridge), level, 1.5, 0.5),
		stroke(curve([...otherHalf, at(0, tip + 3.4, 12), ...half]), level, 1.8, 0.85),
		bothSides((side) => fill(oval(at(side * 5.2 * person.noseWidth, tip + 0.4, 8), 2.6, 1.6), person.skin * 0.25)),
		bothSides((side) => wrinkles(sitter, side) + fold(sitter, side, wing, tip)),
	].join('');
}

/** The wrinkles that 9 causes on the bridge. */
function wrinkles({ person, actions, at }: Sitter, side: -1 | 1): string {
	const lines = [-9, -3, 3].map((y) => curve([at(side * 2, y, 6), at(side * 9, y - 3.5, 3)]));
	return lines.map((line) => stroke(line, person.skin * 0.52, 1.7, 0.95 * actions[9])).join('');
}

/** The fold from the wing of the nose around the corner of the mouth. */
function fold(sitter: Sitter, side: -1 | 1, wing: number, tip: number): string {
	const { person, actions: a, at } = sitter;
	const { half, corner } = mouthShape(sitter);
	const strength = 0.25 * person.age + 0.5 * a[12] + 0.55 * a[9] + 0.5 * a[10] + 0.25 * a[15] + 0.15 * a[20];
	const line = curve([
		at(side * (wing + 1.5), tip - 4 - 2 * a[9]),
		at(side * (half * 0.5 + 13), (tip + corner) / 2 - 3),
		at(side * (half + 4.5), corner - 1),
	]);
	return stroke(line, person.skin * 0.56, 2.1, Math.min(0.85, strength));
}

/** Draws the beard or moustache, which follows the mouth. */
export function drawBeard(sitter: Sitter): string {
	const { person } = sitter;
	const level = Math.min(person.hair * 0.95, person.skin * 0.7);
	const draw: Record<typeof person.beard, () => string> = {
		none: () => '',
		stubble: () => fill(fullBeard(sitter), level, 0.24),
		moustache: () => fill(moustache(sitter), level, 0.92),
		goatee: () => fill(moustache(sitter), level, 0.85) + fill(chinBeard(sitter), level, 0.85),
		full: () => fill(fullBeard(sitter), level, 0.86),
	};
	return draw[person.beard]();
}

/** The upper edge of the moustache, in face units: it follows the upper lip. */
function lipHeight({ actions: a, jawDrop }: Sitter): number {
	return 34 - 2.5 * a[9] - 3 * a[10] - 0.1 * jawDrop;
}

function moustache(sitter: Sitter): string {
	const { actions: a, at } = sitter;
	const lip = lipHeight(sitter);
	const width = 24 + 6 * a[12] + 5 * a[20] - 3 * a[27];
	const end = lip + 6 - 6 * a[12] + 3 * a[15];
	return mirrored(points(0, lip - 2, width * 0.6, lip - 1, width, end, width * 0.55, lip + 7, 0, lip + 5), at);
}

function chinBeard({ rim, jawDrop: drop }: Sitter): string {
	const bottom = 80 + drop;
	return mirrored(points(0, 64 + drop, 13, 62 + drop, 16, 72 + drop, 9, bottom, 0, bottom + 2), rim);
}

function fullBeard(sitter: Sitter): string {
	const { person, at, rim, jawDrop } = sitter;
	const lip = lipHeight(sitter);
	// From under the nose along the cheek up to the ear, and back along the jaw to the chin.
	const upper = points(0, lip - 2, 26, lip + 6, 40, 40, 52, 24);
	const lower = points(57, 4, 55.5, 34, 43, 62 + 0.5 * jawDrop, 20, 84 + jawDrop, 0, 88 + jawDrop);
	const side = (sign: -1 | 1) => [
		...upper.map(([x, y]) => at(sign * x * person.faceWidth, y)),
		...lower.map(([x, y]) => rim(sign * x, y)),
	];
	return curve([...side(1), ...side(-1).slice(1, -1).reverse()], true);
}
