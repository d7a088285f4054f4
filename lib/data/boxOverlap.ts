// demo/ shares this file, which therefore imports no Node modules.
import type { Box } from './rawImage';

/** Computes the area that two boxes share. */
export function sharedArea(a: Box, b: Box): number {
	const across = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
	const down = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
	return Math.max(0, across) * Math.max(0, down);
}

/** Computes the intersection over union of two boxes, 0 to 1. */
export function intersectionOverUnion(a: Box, b: Box): number {
	const shared = sharedArea(a, b);
	return shared / (a.width * a.height + b.width * b.height - shared);
}
