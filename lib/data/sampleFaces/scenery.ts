import { curve, fill, oval, points, spot, stroke, tone } from './pen';
import type { Scene } from './person';
import type { Sitter } from './sitter';

/** The gradients used by the drawing: spots of shade and light, the wall, and light across the picture. */
export function definitions({ lightAngle, lightStrength, background }: Scene): string {
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

/** Draws a wall with blurred objects, on a picture of the given side. */
export function drawBackdrop({ whims }: Scene, side: number): string {
	const thing = (first: number) => {
		const [x, y, size] = whims.slice(first, first + 3);
		return spot([side * x, side * y], 40 + 40 * size, 50, x < 0.5 ? 0 : 255, 0.4);
	};
	return `<rect width="${side}" height="${side}" fill="url(#wall)"/>${thing(0)}${thing(3)}${thing(5)}`;
}

/** Draws neck and shoulders. */
export function drawBust({ person, scene }: Sitter): string {
	const column = points(-34, 40, -32, 78, -42, 112, 0, 150, 42, 112, 32, 78, 34, 40);
	const shoulders = points(-130, 190, -105, 122, -44, 104, 0, 122, 44, 104, 105, 122, 130, 190);
	return [
		fill(curve(column, true), person.skin * 0.8),
		spot([0, 80], 46, 26, 0, 0.5),
		fill(curve(shoulders, true), scene.clothes),
		stroke(curve(shoulders.slice(2, 5)), scene.clothes * 0.6, 3, 0.6),
	].join('');
}

/** Draws what covers part of the face, if anything. */
export function drawCover({ person, scene }: Sitter): string {
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
