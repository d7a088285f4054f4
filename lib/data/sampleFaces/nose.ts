import { mouthShape } from './mouth';
import { bothSides, curve, fill, oval, type Point, spot, stroke } from './pen';
import type { Sitter } from './sitter';

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
	const points = [
		at(side * (wing + 1.5), tip - 4 - 2 * a[9]),
		at(side * (half * 0.5 + 13), (tip + corner) / 2 - 3),
		at(side * (half + 4.5), corner - 1),
	];
	return stroke(curve(points), person.skin * 0.56, 2.1, Math.min(0.85, strength));
}
