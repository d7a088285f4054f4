import type { Box } from '../../lib/data/rawImage.js';

/**
 * Goes on towards a target: the same curve over time whatever the frame rate.
 * @param shown Where it stands.
 * @param elapsed Seconds since it stood there.
 * @param timeConstant Seconds after which 63 % of the way is gone.
 */
export function approach(shown: number, target: number, elapsed: number, timeConstant: number): number {
	return target + (shown - target) * Math.exp(-elapsed / timeConstant);
}

/** `approach` for each side of a box. */
export function approachBox(shown: Box, target: Box, elapsed: number, timeConstant: number): Box {
	const side = (name: keyof Box) => approach(shown[name], target[name], elapsed, timeConstant);
	return { left: side('left'), top: side('top'), width: side('width'), height: side('height') };
}
