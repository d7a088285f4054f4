import { curve, fill, mirrored, type Place, points } from './pen';
import type { Sitter } from './sitter';

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
	const cheek: Place = (x, y) => at(x * person.faceWidth, y);
	const lip = lipHeight(sitter);
	// From under the nose along the cheek up to the ear, and back along the jaw to the chin.
	const upper = points(0, lip - 2, 26, lip + 6, 40, 40, 52, 24);
	const lower = points(57, 4, 55.5, 34, 43, 62 + 0.5 * jawDrop, 20, 84 + jawDrop, 0, 88 + jawDrop);
	const side = (sign: -1 | 1) => [
		...upper.map(([x, y]) => cheek(sign * x, y)),
		...lower.map(([x, y]) => rim(sign * x, y)),
	];
	return curve([...side(1), ...side(-1).slice(1, -1).reverse()], true);
}
