import type { Actions } from './actions';
import { drawBackHair, drawHair } from './hair';
import { drawBeard, drawMouth, drawNose } from './lowerFace';
import { bothSides, clipPath, curve, fill, mirrored, oval, type Point, points, spot, stroke, tone } from './pen';
import { type Person, type Scene, type Sitter, seat } from './person';
import { drawEyes, drawGlasses } from './upperFace';

/** Width and height of the drawing, in picture units. */
const SIDE = 192;

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

/** The gradients used by the drawing: spots of shade and light, the wall, and light across the picture. */
function definitions({ lightAngle, lightStrength, background }: Scene): string {
	const stop = (offset: number, level: number, opacity = 1) =>
		`<stop offset="${offset}" stop-color="${tone(level)}" stop-opacity="${opacity.toFixed(2)}"/>`;
	const spotOf = (id: string, level: number) =>
		`<radialGradient id="${id}">${stop(0, level)}${stop(1, level, 0)}</radialGradient>`;
	const across = (id: string, stops: string) =>
		`<linearGradient id="${id}" gradientTransform="rotate(${lightAngle.toFixed(0)} 0.5 0.5)">${stops}</linearGradient>`;
	return [
		'<defs>',
		spotOf('shade', 0),
		spotOf('light', 255),
		across('wall', stop(0, background * 1.15) + stop(1, background * 0.75)),
		across('fall', stop(0.1, 255, 0.3 * lightStrength) + stop(0.45, 128, 0) + stop(0.95, 0, lightStrength)),
		'</defs>',
	].join('');
}

/** A wall with blurred objects. */
function backdrop({ whims }: Scene): string {
	const thing = (first: number) => {
		const [x, y, size] = whims.slice(first, first + 3);
		return spot([SIDE * x, SIDE * y], 40 + 40 * size, 50, x < 0.5 ? 0 : 255, 0.4);
	};
	return `<rect width="${SIDE}" height="${SIDE}" fill="url(#wall)"/>${thing(0)}${thing(3)}${thing(5)}`;
}

/** Neck and shoulders. */
function bust({ person, scene }: Sitter): string {
	const column = points(-34, 40, -32, 78, -42, 112, 0, 150, 42, 112, 32, 78, 34, 40);
	const shoulders = points(-130, 190, -105, 122, -44, 104, 0, 122, 44, 104, 105, 122, 130, 190);
	return [
		fill(curve(column, true), person.skin * 0.8),
		spot([0, 80], 46, 26, 0, 0.5),
		fill(curve(shoulders, true), scene.clothes),
		stroke(curve(shoulders.slice(2, 5)), scene.clothes * 0.6, 3, 0.6),
	].join('');
}

/** What covers part of the face, if anything. */
function cover({ person, scene }: Sitter): string {
	const [first, second, third] = scene.whims;
	const side = first < 0.5 ? -1 : 1;
	const hair = points(side * 24, -80, side * 34, -40, side * (20 + 20 * second), 10, side * 44, 66);
	const draw: Record<Scene['cover'], () => string> = {
		none: () => '',
		hand: () => hand(side * (14 + 14 * second), 52 + 12 * third, side, person.skin),
		microphone: () => microphone(side, 76 + 8 * second),
		strand: () => stroke(curve(hair), person.hair, 9, 0.95),
		mark: () => fill(`M-90 ${(30 * second).toFixed(0)}h180v${(7 + 7 * third).toFixed(0)}h-180Z`, 230, 0.4),
	};
	return draw[scene.cover]();
}

/** A hand at the mouth or chin, with its first fingertip at the given point. */
function hand(x: number, y: number, side: -1 | 1, skin: number): string {
	const fingers = [0, 1, 2].map((index) => {
		const [tipX, tipY] = [x + side * 15 * index, y + 6 * index];
		const finger = curve(points(tipX + side * 26, tipY + 40, tipX + side * 14, tipY + 14, tipX, tipY));
		return stroke(finger, skin * 0.62, 17) + stroke(finger, skin * 0.94, 14.5);
	});
	return fingers.join('') + fill(oval([x + side * 48, y + 48], 30, 24), skin * 0.92);
}

function microphone(side: -1 | 1, y: number): string {
	const handle = curve(points(side * 22, y + 14, side * 44, y + 84));
	return fill(oval([side * 16, y], 15, 17), 40) + spot([side * 14, y - 6], 9, 9, 255, 0.4) + stroke(handle, 60, 14);
}

/** Draws a face as an SVG document of `SIDE` squared, in grey. */
export function drawPortrait(person: Person, actions: Actions, scene: Scene): string {
	const sitter = seat(person, actions, scene);
	const [x, y] = scene.shift.map((value) => (SIDE / 2 + value).toFixed(1));
	const place = `translate(${x} ${y}) rotate(${scene.pose.roll.toFixed(1)}) scale(${scene.scale.toFixed(3)})`;
	const size = `width="${SIDE}" height="${SIDE}"`;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" ${size}>`,
		definitions(scene),
		backdrop(scene),
		`<g transform="${place}">`,
		drawBackHair(sitter),
		bust(sitter),
		person.hairStyle === 'scarf' ? '' : ears(sitter),
		head(sitter),
		drawBeard(sitter),
		drawNose(sitter),
		drawMouth(sitter),
		drawEyes(sitter),
		drawHair(sitter),
		drawGlasses(sitter),
		cover(sitter),
		'</g>',
		`<rect ${size} fill="url(#fall)"/>`,
		'</svg>',
	].join('');
}
