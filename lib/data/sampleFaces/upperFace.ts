import { bothSides, clipPath, curve, fill, oval, type Point, points, spot, stroke, tone } from './pen';
import { eyeCentre, type Sitter } from './person';

/** Edges of the lids, from the inner corner to the outer one. */
function lids({ person, scene, actions, at }: Sitter, side: -1 | 1): { upper: Point[]; lower: Point[] } {
	const [x, y] = eyeCentre(person, side);
	const size = person.eyeSize;
	const oblique = Math.max(0, actions[1] - actions[2]);
	const frown = actions[4] + 0.8 * actions[9] - actions[1];
	const height = 8 + 5 * actions[5] - 2.6 * actions[7] - 1.6 * actions[6] - 1.6 * actions[9] - 1.6 * oblique;
	const depth = 5.2 + 1.2 * actions[5] - 3 * actions[7] - 5 * actions[6] - 2.2 * actions[9];
	const up = Math.max(0.8, height * scene.lids) * size;
	const down = depth * (0.3 + 0.7 * scene.lids) * size;
	const point = (across: number, above: number) => at(x + side * across * size, y - above);
	const inner = point(-15.5, -1.5);
	const outer = point(15.5, 0.5 - 1.6 * oblique);
	const innerUpper = point(-8.5, up * 0.78 - Math.max(0, 3 * frown) + 1.2 * oblique);
	const [middle, outerUpper] = [point(0, up - Math.max(0, 1.2 * frown)), point(8.5, up * 0.8 - 2.2 * oblique)];
	const lower = [outer, point(7.5, -down * 0.85), point(-3, -down), point(-10, -down * 0.7), inner];
	return { upper: [inner, innerUpper, middle, outerUpper, outer], lower };
}

/** One eye: socket, white, iris with a highlight, lids and lashes. */
function eye(sitter: Sitter, side: -1 | 1): string {
	const { person, scene, actions, at } = sitter;
	const [x, y] = eyeCentre(person, side);
	const { upper, lower } = lids(sitter, side);
	const opening = curve([...upper, ...lower.slice(1, -1)], true);
	const clip = `eye${side}`;
	const size = person.eyeSize;
	const iris = at(x + 4.5 * scene.gaze[0], y - 0.6 + 3 * scene.gaze[1]);
	const crease = upper.map(([px, py], index): Point => [px, py - [1, 3.4, 3.8, 3.4, 1][index]]);
	const bag = [at(x - side * 12, y + 7.5), at(x, y + 11.5 - 2.5 * actions[6]), at(x + side * 13, y + 6.5)];
	const darkest = Math.min(30, person.skin * 0.25);
	return [
		spot(at(x, y - 5), 23, 17, 0, 0.28 + 0.16 * actions[4] + 0.1 * actions[9]),
		clipPath(clip, opening),
		fill(opening, Math.min(250, 150 + 0.5 * person.skin)),
		`<g clip-path="url(#${clip})">`,
		fill(oval(iris, 7.6 * size), 62),
		fill(oval(iris, 4.2 * size), 8),
		fill(oval([iris[0] - 2.4, iris[1] - 2.6], 1.9 * size), 250),
		stroke(curve(upper.map(([px, py]): Point => [px, py + 1.6])), 0, 3.4, 0.35),
		'</g>',
		stroke(curve(lower), person.skin * 0.5, 1.2, 0.7),
		stroke(curve(upper), darkest, person.lashes),
		stroke(curve(crease), person.skin * 0.55, 1.2, 0.75 * (1 - 0.6 * actions[5])),
		stroke(curve(bag), person.skin * 0.6, 1.5, 0.25 * person.age + 0.55 * actions[6] + 0.3 * actions[7]),
	].join('');
}

/** One eyebrow: raised by 1 and 2, lowered and drawn together by 4. */
function brow({ person, actions, at }: Sitter, side: -1 | 1): string {
	const [x, y] = eyeCentre(person, side);
	const [inner, outer] = [actions[1], actions[2]];
	// 1 and 4 cancel at the inner end and only bend the brow, as in sadness and fear.
	const frown = (actions[4] + 0.55 * actions[9]) * (1 - 0.45 * Math.min(1, inner));
	const slope = Math.max(0, inner - outer);
	const base = y - 21 + person.browHeight;
	const heights = [
		base - 2 - 9.5 * inner + 12.5 * frown + person.browTilt,
		base - 3.5 - 7 * inner - 4 * outer + 8 * frown,
		base - 4 - 2 * inner - 9 * outer + 4 * frown + 1.5 * slope - 0.5 * person.browTilt,
		base + 1.5 - 9.5 * outer + 0.5 * frown + 5 * slope - person.browTilt,
	];
	const across = [-16 - 3.5 * frown, -6 - 2 * frown, 7, 20];
	const thickness = [0.75, 1, 0.85, 0.15].map((share) => (share * person.browThickness) / 2);
	const edge = (sign: number) =>
		heights.map((height, index) => at(x + side * across[index], height + sign * thickness[index]));
	const level = Math.min(person.hair * 0.8, person.skin * 0.5);
	return fill(curve([...edge(-1), ...edge(1).reverse()], true), level, 0.94);
}

/** The lines that the brows cause on the forehead (1 and 2) and between them (4). */
function browLines({ person, actions, at }: Sitter): string {
	const level = person.skin * 0.55;
	const line = (points: Point[], opacity: number) => stroke(curve(points), level, 1.8, Math.min(0.85, opacity));
	const raised = (y: number, half: number, arch: number, opacity: number) =>
		opacity < 0.1
			? ''
			: line([at(-half, y), at(-half / 2, y - 2), at(0, y - arch), at(half / 2, y - 2), at(half, y)], opacity);
	const worry = 0.8 * Math.max(0, Math.min(actions[1], 1.5 * actions[4]) - 0.2);
	const raise = 0.7 * Math.max(0, Math.min(actions[1], actions[2]) - 0.25);
	const lift = Math.max(0, 0.3 * person.age + raise - 1.5 * worry);
	return [
		raised(-46, 34, 0, lift),
		raised(-54, 28, 0, 0.8 * lift),
		raised(-43, 13, 5, worry),
		raised(-49, 10, 4, 0.6 * worry),
		bothSides((side) =>
			line([at(side * 4, -31 + 4 * actions[4]), at(side * 3.2, -24), at(side * 4.6, -17)], 0.9 * actions[4]),
		),
		spot(at(0, -22), 11, 12, 0, 0.45 * actions[4] + 0.3 * actions[9]),
	].join('');
}

/** Draws eyes, brows and the lines around them. */
export function drawEyes(sitter: Sitter): string {
	const { person, actions, at } = sitter;
	const crowsFeet = (side: -1 | 1) => {
		const [x, y] = [eyeCentre(person, side)[0] + side * 19, -5];
		const strength = 0.6 * actions[6] * (0.5 + person.age) + 0.15 * person.age;
		return [-4, 0.5, 5]
			.map((rise) =>
				stroke(curve([at(x, y + rise * 0.4), at(x + side * 7, y + rise)]), person.skin * 0.6, 1.2, strength),
			)
			.join('');
	};
	return [
		bothSides((side) => eye(sitter, side) + crowsFeet(side)),
		browLines(sitter),
		bothSides((side) => brow(sitter, side)),
	].join('');
}

/** Half width, half height and corner radius of a lens, in face units. */
const LENSES = { round: [18.5, 18.5, 18.5], square: [20, 14.5, 6] } as const;

export function drawGlasses(sitter: Sitter): string {
	const { person, scene, at } = sitter;
	if (person.glasses === 'none') return '';
	const frame = scene.whims[6] < 0.75 ? 25 : 150;
	const bridge = curve([at(-9, -5, 8), at(0, -8, 9), at(9, -5, 8)]);
	const shape = LENSES[person.glasses];
	return bothSides((side) => lens(sitter, shape, frame, side)) + stroke(bridge, frame, 2.4);
}

function lens({ person, at }: Sitter, shape: readonly number[], frame: number, side: -1 | 1): string {
	const [width, height, radius] = shape;
	const [eyeX, eyeY] = eyeCentre(person, side);
	const [x, y] = at(eyeX, eyeY + 1.5, 6);
	const place = `x="${(x - width).toFixed(1)}" y="${(y - height).toFixed(1)}"`;
	const size = `width="${2 * width}" height="${2 * height}" rx="${radius}"`;
	const arm = curve([[x + side * width, y - 3], at(side * 60 * person.faceWidth, -9)]);
	const glint = curve(points(x - 9, y + 6, x + 5, y - 9));
	const rim = `<rect ${place} ${size} fill="white" fill-opacity="0.08" stroke="${tone(frame)}" stroke-width="2.6"/>`;
	return rim + stroke(glint, 255, 3, 0.28) + stroke(arm, frame, 2.4);
}
