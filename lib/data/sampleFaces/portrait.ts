import type { Actions } from './actions';
import { drawBeard } from './beard';
import { drawEyes } from './eyes';
import { drawGlasses } from './glasses';
import { drawBackHair, drawHair } from './hair';
import { drawMouth } from './mouth';
import { drawNose } from './nose';
import { bothSides, clipPath, curve, fill, mirrored, oval, type Point, points, spot, stroke } from './pen';
import type { Person, Scene } from './person';
import { definitions, drawBackdrop, drawBust, drawCover } from './scenery';
import { type Sitter, seat } from './sitter';

/** Width and height of the drawing, in picture units. */
const PORTRAIT_SIDE = 192;

/** The outline of the head. */
function outline({ person, rim, jawDrop }: Sitter): string {
	const { jawWidth, chinLength } = person;
	const jaw = (x: number, y: number, share: number): Point => [x * jawWidth, y * chinLength + share * jawDrop];
	const skull = points(0, -85, 40, -74, 58, -42, 60.5, -8, 58, 20);
	return mirrored([...skull, jaw(53, 44, 0.35), jaw(35, 68, 0.8), jaw(14, 81, 1), jaw(0, 83, 1)], rim);
}

function ears({ person, scene }: Sitter): string {
	return bothSides((side) => {
		const x = side * 62 * person.faceWidth * Math.cos((scene.pose.yaw * Math.PI) / 180);
		const y = 2 - scene.pose.pitch * 0.4;
		const fold = curve(points(x + side * 3, y - 9, x - side, y, x + side * 2, y + 8));
		return fill(oval([x, y], 9, 16), person.skin * 0.88) + stroke(fold, person.skin * 0.55, 2, 0.7);
	});
}

/** The shaded head: cheeks and temples fall off, cheeks raised by 6 and 12 catch light. */
function head(sitter: Sitter): string {
	const { person, actions: a, at } = sitter;
	const shape = outline(sitter);
	const apple = (0.15 + 0.3 * a[6] + 0.2 * a[12]) * (0.35 + person.skin / 330);
	return [
		clipPath('head', shape),
		fill(shape, person.skin),
		'<g clip-path="url(#head)">',
		spot(at(0, -46), 40, 24, 255, 0.3),
		bothSides((side) => spot(at(side * 52, 40), 22, 42, 0, 0.3) + spot(at(side * 60, -40), 16, 40, 0, 0.3)),
		bothSides((side) => spot(at(side * 34, 15 - 4 * a[6]), 17, 13, 255, apple)),
		bothSides((side) => spot(at(side * 38, 34), 9, 18, 0, 0.2 * person.age + 0.2 * a[27])),
		'</g>',
	].join('');
}

/**
 * Draws a face.
 * @param actions The strength of each FACS action unit, 0 to about 1.
 * @returns An SVG document of `PORTRAIT_SIDE` squared, in grey.
 */
export function drawPortrait(person: Person, actions: Actions, scene: Scene): string {
	const sitter = seat(person, actions, scene);
	const [x, y] = scene.shift.map((value) => (PORTRAIT_SIDE / 2 + value).toFixed(1));
	const place = `translate(${x} ${y}) rotate(${scene.pose.roll.toFixed(1)}) scale(${scene.scale.toFixed(3)})`;
	const size = `width="${PORTRAIT_SIDE}" height="${PORTRAIT_SIDE}"`;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" ${size}>`,
		definitions(scene),
		drawBackdrop(scene, PORTRAIT_SIDE),
		`<g transform="${place}">`,
		drawBackHair(sitter),
		drawBust(sitter),
		person.hairStyle === 'scarf' ? '' : ears(sitter),
		head(sitter),
		drawBeard(sitter),
		drawNose(sitter),
		drawMouth(sitter),
		drawEyes(sitter),
		drawHair(sitter),
		drawGlasses(sitter),
		drawCover(sitter),
		'</g>',
		`<rect ${size} fill="url(#fall)"/>`,
		'</svg>',
	].join('');
}
