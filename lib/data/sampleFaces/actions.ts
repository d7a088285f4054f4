import type { Emotion } from '../../emotions';
import type { Random } from '../../random';

/** The facial action units used by the drawings, by their FACS number. */
export const ACTION_UNITS = [1, 2, 4, 5, 6, 7, 9, 10, 12, 15, 16, 17, 20, 23, 24, 25, 26, 27] as const;

/** The strength of each action unit, from 0 (absent) to about 1 (maximum). */
export type Actions = Readonly<Record<(typeof ACTION_UNITS)[number], number>>;

/**
 * The expressions in FACS notation (Ekman and Friesen 1978; prototypes and variants of the Investigator's Guide of 2002):
 * the number of an action unit, then its strength from A (trace) to E (maximum). 1 and 2 raise the inner and outer brow, 4
 * lowers it, 5 raises the upper lid, 6 lifts the cheek, 7 tightens the lids, 9 wrinkles the nose, 10 raises the upper lip,
 * 12 pulls the lip corners up and 15 down, 16 lowers the lower lip, 17 raises the chin, 20 stretches the lips, 23 tightens,
 * 24 presses and 25 parts them, 26 drops the jaw and 27 stretches the mouth.
 */
const EXPRESSIONS: Readonly<Record<Emotion, readonly string[]>> = {
	angry: ['4E+5C+7C+23D', '4E+5C+7C+17C+24D', '4E+5D+7B+10C+23C+25D+26C'],
	disgust: ['4B+7B+9E+15C+16D+25B', '4B+6B+9E+10D+17C', '4C+7C+9D+10E+16C+25C'],
	fear: ['1E+2D+4C+5E+20D+25C', '1E+2D+4B+5E+20D+26C', '1E+2C+4C+5D+20E+25D+26B'],
	happy: ['6D+12E+25D', '6C+12D', '6D+12E+25D+26C', '12E+25C'],
	sad: ['1E+4C+15D', '1D+4C+15D+17C', '1E+4D+7B+15E+17D'],
	surprise: ['1E+2E+5C+26E', '1D+2E+5C+27C', '1E+2E+5D+27D'],
	neutral: ['25A', ''],
};

/** Emotions that people confuse; a face may mix in some of one of these. */
const CONFUSED: Readonly<Record<Emotion, readonly Emotion[]>> = {
	angry: ['disgust', 'sad', 'neutral'],
	disgust: ['angry', 'sad'],
	fear: ['surprise', 'sad'],
	happy: ['surprise', 'neutral'],
	sad: ['neutral', 'fear', 'angry'],
	surprise: ['fear', 'happy'],
	neutral: ['sad', 'angry', 'happy'],
};

/** Reads FACS notation such as `1E+2E+5C+26E` into strengths: A is 0.2, E is 1. */
export function parseActions(code: string): Actions {
	const strengths = Object.fromEntries(ACTION_UNITS.map((unit) => [unit, 0])) as Record<keyof Actions, number>;
	for (const [, unit, letter] of code.matchAll(/(\d+)([A-E])/g)) {
		strengths[Number(unit) as keyof Actions] = (letter.charCodeAt(0) - 64) / 5;
	}
	return strengths;
}

function pick<T>(values: readonly T[], random: Random): T {
	return values[random.integer(values.length)];
}

/** Draws a random expression of an emotion, sometimes mixed with one that is easily confused. */
export function drawActions(emotion: Emotion, random: Random): Actions {
	const own = parseActions(pick(EXPRESSIONS[emotion], random));
	const other = parseActions(pick(EXPRESSIONS[pick(CONFUSED[emotion], random)], random));
	const intensity = 0.5 + 0.5 * random.uniform() ** 0.7;
	const share = random.uniform() < 0.3 ? 0.4 * random.uniform() : 0;
	const strengths = ACTION_UNITS.map((unit) => {
		const strength = intensity * (own[unit] * (1 - share) + other[unit] * share);
		// A face at rest is not entirely still.
		const rest = Math.max(0, 0.05 * random.normal());
		return [unit, Math.min(1.1, strength * (0.75 + 0.5 * random.uniform()) + rest)];
	});
	return Object.fromEntries(strengths) as Record<keyof Actions, number>;
}
