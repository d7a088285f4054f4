import { curve, fill, oval, type Point, points, spot, stroke } from './pen';
import type { Sitter } from './person';

/** Volume of the hair, and the height of its edge on the forehead and at the temples, in face units. */
const STYLES = {
	bald: { volume: 0, line: -90, temple: -70 },
	short: { volume: 6, line: -54, temple: -34 },
	parted: { volume: 9, line: -56, temple: -30 },
	fringe: { volume: 9, line: -38, temple: -26 },
	long: { volume: 10, line: -58, temple: -26 },
	curly: { volume: 19, line: -52, temple: -30 },
	bun: { volume: 4, line: -60, temple: -38 },
	receding: { volume: 3, line: -74, temple: -44 },
	scarf: { volume: 8, line: -50, temple: -20 },
} as const;

/** The top of the head with its hair, from the left ear over the crown to the right ear. */
function crown({ rim }: Sitter, volume: number): Point[] {
	const temple = points(22 + volume * 0.3, -83 - volume * 0.9, 46.5 + volume * 0.75, -68 - volume * 0.5);
	const right = [...temple, ...points(61 + volume * 0.6, -38, 61 + volume * 0.35, -4)];
	const left = right.map(([x, y]): Point => [-x, y]).reverse();
	return [...left, [0, -86 - volume] as const, ...right].map(([x, y]) => rim(x, y));
}

/** The edge of the hair on the face, from the right ear to the left; `sweep` raises one side and lowers the other. */
function hairline({ person, at }: Sitter, sweep: number): Point[] {
	const { line, temple } = STYLES[person.hairStyle];
	const ear = person.hairStyle === 'scarf' ? 20 : -4;
	const right = [
		[60, ear, 0],
		[55, temple, 0],
		[38, line + 7, 12 * sweep],
		[18, line - 1, 9 * sweep],
	];
	const left = right.map(([x, y, slope]) => [-x, y, -slope]).reverse();
	return [...right, [0, line, 0], ...left].map(([x, y, slope]) => at(x * person.faceWidth, y + slope));
}

/** Small round locks along a line. */
function locks(points: readonly Point[], radius: number, level: number): string {
	return points.map((point, index) => fill(oval(point, radius + (index % 3)), level)).join('');
}

/** Draws what is behind the head: long hair, a bun, a scarf. */
export function drawBackHair(sitter: Sitter): string {
	const { scene, person } = sitter;
	const { hairStyle, hair } = person;
	// Behind the head, so it moves the other way when the head turns.
	const lean = -scene.pose.yaw * 0.25;
	const curtain = (width: number, length: number) => {
		const right = points(30, -92, width * 0.9, -62, width, 0, width * 1.04, 60, width * 0.95, length);
		const left = right.map(([x, y]): Point => [lean - x, y]).reverse();
		return curve([...right.map(([x, y]): Point => [lean + x, y]), ...left], true);
	};
	if (hairStyle === 'long') return fill(curtain(70 + 8 * scene.whims[4], 70 + 70 * scene.whims[5]), hair * 0.72);
	if (hairStyle === 'bun') return fill(oval([lean * 2, -94], 23, 19), hair * 0.85);
	if (hairStyle === 'scarf') return fill(curtain(72, 130), scene.clothes * 0.7);
	if (hairStyle === 'curly') return locks(crown(sitter, 16), 20, hair * 0.82);
	return '';
}

/** Draws the hair over the forehead and at the temples. */
export function drawHair(sitter: Sitter): string {
	const { person, scene, at } = sitter;
	const { hairStyle } = person;
	if (hairStyle === 'bald') return '';
	const { volume, line } = STYLES[hairStyle];
	const level = hairStyle === 'scarf' ? scene.clothes : person.hair;
	const side = scene.whims[3] < 0.5 ? -1 : 1;
	const sweep = hairStyle === 'parted' || hairStyle === 'long' ? side : 0;
	const edge = hairline(sitter, sweep);
	return [
		spot(at(0, line + 4), 58 * person.faceWidth, 13, 0, 0.3),
		fill(curve([...crown(sitter, volume), ...edge], true), level),
		hairStyle === 'curly' ? locks(edge.slice(1, -1), 9, level) + locks(crown(sitter, 10), 13, level) : '',
		hairStyle === 'fringe' ? fringeTips(sitter, line, level) : '',
		hairStyle === 'curly' ? '' : strands(sitter, sweep),
		spot([15 * side, -76 - volume * 0.6], 37, 13, 255, 0.22),
	].join('');
}

/** Lines combed from the crown to the forehead. */
function strands({ person, at }: Sitter, sweep: number): string {
	const { volume, line } = STYLES[person.hairStyle];
	return [-36, -18, 3, 21, 40]
		.map((x, index) => {
			const root: Point = [0.7 * x + 14 * sweep, -82 - volume * 0.7];
			const end = at(0.95 * x, line - 4 + 0.26 * Math.abs(x));
			const bend: Point = [(root[0] + end[0]) / 2 + 3, (root[1] + end[1]) / 2 - 2];
			const light = index % 2 === 1;
			return stroke(curve([root, bend, end]), light ? 255 : 0, 3, light ? 0.07 : 0.16);
		})
		.join('');
}

/** Pointed locks under a fringe's edge. */
function fringeTips({ at }: Sitter, line: number, level: number): string {
	return [-38, -25, -12, 0, 13, 26, 39]
		.map((x, index) => {
			const tip = at(x + 3, line + 5 + 3 * (index % 3) + Math.abs(x) * 0.12);
			return fill(curve([at(x - 8, line - 6), tip, at(x + 8, line - 6)], true), level);
		})
		.join('');
}
