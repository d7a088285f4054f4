import type { LightRange } from '../config';
import type { Random } from '../random';

/** Changes the contrast and brightness of an image at random, in place; clips to 0 to 255. */
export function changeLight(image: Float32Array, range: LightRange, random: Random): void {
	const contrast = 1 + (2 * random.uniform() - 1) * range.contrastFraction;
	const shift = (2 * random.uniform() - 1) * range.brightnessFraction * 255;
	let sum = 0;
	// By index: `for of` over a typed array takes several times as long.
	for (let i = 0; i < image.length; i++) sum += image[i];
	const mean = sum / image.length;
	const offset = mean * (1 - contrast) + shift;
	for (let i = 0; i < image.length; i++) image[i] = Math.min(255, Math.max(0, image[i] * contrast + offset));
}
