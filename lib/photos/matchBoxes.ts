// demo/ shares this file, which therefore imports no Node modules.
import type { Box } from '../data/rawImage';

/** Computes the intersection over union of two boxes, 0 to 1. */
export function intersectionOverUnion(a: Box, b: Box): number {
	const across = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
	const down = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
	const shared = Math.max(0, across) * Math.max(0, down);
	return shared / (a.width * a.height + b.width * b.height - shared);
}

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
