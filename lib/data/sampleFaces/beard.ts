import { curve, fill, mirrored, type Place } from './pen';
import type { Sitter } from './sitter';

/** Beard or moustache; drawn under the mouth, and moved by it. */
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
	return mirrored(
		[
			[0, lip - 2],
			[width * 0.6, lip - 1],
			[width, end],
			[width * 0.55, lip + 7],
			[0, lip + 5],
		],
		at,
	);
}

function chinBeard({ rim, jawDrop }: Sitter): string {
	const bottom = 80 + jawDrop;
	return mirrored(
		[
			[0, 64 + jawDrop],
			[13, 62 + jawDrop],
			[16, 72 + jawDrop],
			[9, bottom],
			[0, bottom + 2],
		],
		rim,
	);
}

function fullBeard(sitter: Sitter): string {
	const { person, at, rim, jawDrop } = sitter;
	const cheek: Place = (x, y) => at(x * person.faceWidth, y);
	const lip = lipHeight(sitter);
	// From under the nose along the cheek up to the ear, and back along the jaw to the chin.
	const half: readonly (readonly [place: Place, x: number, y: number])[] = [
		[cheek, 0, lip - 2],
		[cheek, 26, lip + 6],
		[cheek, 40, 40],
		[cheek, 52, 24],
		[rim, 57, 4],
		[rim, 55.5, 34],
		[rim, 43, 62 + 0.5 * jawDrop],
		[rim, 20, 84 + jawDrop],
		[rim, 0, 88 + jawDrop],
	];
	const right = half.map(([place, x, y]) => place(x, y));
	const left = half.slice(1, -1).map(([place, x, y]) => place(-x, y));
	return curve([...right, ...left.reverse()], true);
}
