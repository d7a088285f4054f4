import { bothSides, curve, points, stroke, tone } from './pen';
import { eyeCentre, type Sitter } from './sitter';

/** Half width, half height and corner radius of a lens, in face units. */
const LENSES = { round: [18.5, 18.5, 18.5], square: [20, 14.5, 6] } as const;

/** Draws the glasses, with a glint. */
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
	return [
		`<rect ${place} ${size} fill="white" fill-opacity="0.08" stroke="${tone(frame)}" stroke-width="2.6"/>`,
		stroke(glint, 255, 3, 0.28),
		stroke(arm, frame, 2.4),
	].join('');
}
