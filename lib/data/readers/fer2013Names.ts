import path from 'node:path';
import type { Usage } from '../dataset';

/** Some copies on Kaggle name their images after the official parts: `PublicTest_123.jpg`. */
const NAMED_PART = /^(Training|PublicTest|PrivateTest)_/;

/** Returns the official part of FER2013 in the name of an image; undefined for other names. */
export function officialPart(name: string): Usage | undefined {
	return NAMED_PART.exec(path.posix.basename(name))?.[1] as Usage | undefined;
}

/**
 * Divides the test part of a copy of FER2013 into the two official ones, and images without parts into all three, where
 * every name contains the part of its image.
 * @param usageOf The part of an image by its folder.
 * @returns The part of each image.
 */
export function usagesByName(
	names: readonly string[],
	usageOf: (name: string) => Usage | undefined,
): (name: string) => Usage | undefined {
	const merged = names.filter((name) => ['Test', undefined].includes(usageOf(name)));
	const areNamed = merged.every((name) => officialPart(name) !== undefined);
	return (name) => {
		const usage = usageOf(name);
		return areNamed && (usage === 'Test' || usage === undefined) ? officialPart(name) : usage;
	};
}
