import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of random numbers, the same on every machine. */
export interface Random {
	/** Draws from [0, 1). */
	uniform(): number;
	/** Draws from 0 to `below` - 1, uniformly. */
	integer(below: number): number;
	/** Draws from the standard normal distribution. */
	normal(): number;
}

/** Mixes integers into one 32-bit seed (the finaliser of MurmurHash3), so that similar seeds have unrelated streams. */
function mixSeeds(seeds: readonly number[]): number {
	let hash = 0x9e3779b9;
	for (const seed of seeds) {
		hash = Math.imul(hash ^ (seed | 0), 0x85ebca6b);
		hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
		hash ^= hash >>> 16;
	}
	return hash | 0;
}

/**
 * Creates a seeded source of random numbers (xoroshiro128+, from pure-rand).
 * @param seeds One or more integers. A training step uses (seed, phase, epoch, step), so that a resumed run draws
 *   the same numbers as an uninterrupted one without any stored state.
 * @example
 * ```ts
 * const random = fer.createRandom(42);
 * random.uniform(); // 0.3947913874872029
 * random.integer(10); // 6
 * ```
 */
export function createRandom(...seeds: number[]): Random {
	const generator = xoroshiro128plus(mixSeeds(seeds));
	const uniform = () => (generator.next() >>> 0) / 2 ** 32;
	return {
		uniform,
		integer: (below) => Math.floor(uniform() * below),
		// Box and Muller 1958; 1 - uniform() is never 0, so the logarithm is finite.
		normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
	};
}

/** Shuffles an array in place (Fisher and Yates) and returns it. */
export function shuffle<T extends { length: number; [index: number]: number }>(values: T, random: Random): T {
	for (let last = values.length - 1; last > 0; last--) {
		const other = random.integer(last + 1);
		[values[last], values[other]] = [values[other], values[last]];
	}
	return values;
}

/** Samples Beta(alpha, alpha) for mixup (Jöhnk 1964; exact for every alpha above 0). */
export function beta(alpha: number, random: Random): number {
	for (;;) {
		const x = random.uniform() ** (1 / alpha);
		const y = random.uniform() ** (1 / alpha);
		if (x + y > 0 && x + y <= 1) return x / (x + y);
	}
}
