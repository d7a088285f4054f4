import type { ErasingRange } from '../config';
import type { Random } from '../random';

/** Fills a random rectangle of some images with noise from 0 to 255, in place (Zhong et al. 2020, arXiv:1708.04896). */
export function erase(
	image: Float32Array,
	[height, width, channels]: readonly [number, number, number],
	range: ErasingRange,
	random: Random,
): void {
	if (random.uniform() >= range.probability) return;
	const [smallest, largest] = range.areaFraction;
	const area = (smallest + random.uniform() * (largest - smallest)) * height * width;
	// Aspect ratio from 1 : 3.3 to 3.3 : 1, as in the paper, if the area allows it.
	const drawn = Math.exp((2 * random.uniform() - 1) * Math.log(3.3));
	const ratio = Math.min(height ** 2 / area, Math.max(area / width ** 2, drawn));
	const boxHeight = Math.min(height, Math.max(1, Math.round(Math.sqrt(area * ratio))));
	const boxWidth = Math.min(width, Math.max(1, Math.round(Math.sqrt(area / ratio))));
	const top = random.integer(height - boxHeight + 1);
	const left = random.integer(width - boxWidth + 1);
	for (let row = top; row < top + boxHeight; row++) {
		const start = (row * width + left) * channels;
		for (let i = start; i < start + boxWidth * channels; i++) image[i] = random.integer(256);
	}
}
