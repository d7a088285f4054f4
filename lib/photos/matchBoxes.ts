// demo/ shares this file, which therefore imports no Node modules.
import { intersectionOverUnion } from '../data/boxOverlap';
import type { Box } from '../data/rawImage';

/**
 * Matches the boxes of two pictures: the pair with the largest intersection over union first, each box at most once.
 * @param least Boxes that overlap less are never a pair.
 * @returns For each box of `found`, the index of its partner in `known`; undefined if it has none.
 */
export function matchBoxes(known: readonly Box[], found: readonly Box[], least: number): (number | undefined)[] {
	const pairs = known.flatMap((box, from) =>
		found.map((other, to) => ({ from, to, overlap: intersectionOverUnion(box, other) })),
	);
	const partners = new Array<number | undefined>(found.length).fill(undefined);
	const taken = new Set<number>();
	for (const { from, to, overlap } of pairs.sort((a, b) => b.overlap - a.overlap)) {
		if (overlap < least || taken.has(from) || partners[to] !== undefined) continue;
		partners[to] = from;
		taken.add(from);
	}
	return partners;
}
