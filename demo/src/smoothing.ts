import type { Box } from '../../lib/data/rawImage.js';

/**
 * Approaches a target exponentially, independent of the frame rate.
 * @param shown Current value.
 * @param elapsed Seconds since the last step.
 * @param timeConstant Seconds in which it covers 63 % of the distance.
 */
export function approach(shown: number, target: number, elapsed: number, timeConstant: number): number {
	return target + (shown - target) * Math.exp(-elapsed / timeConstant);
}

/** Applies `approach` to each side of a box. */
export function approachBox(shown: Box, target: Box, elapsed: number, timeConstant: number): Box {
	const side = (name: keyof Box) => approach(shown[name], target[name], elapsed, timeConstant);
	return { left: side('left'), top: side('top'), width: side('width'), height: side('height') };
}
