import type { Usage } from '../dataset';

/** Folder names of the parts of FER2013. `test` on Kaggle contains PublicTest and PrivateTest together. */
const PARTS: Readonly<Record<string, Usage>> = {
	train: 'Training',
	training: 'Training',
	publictest: 'PublicTest',
	privatetest: 'PrivateTest',
	test: 'Test',
};
/** Folder names of parts in other data sets. */
const TRAINING_PARTS = ['train_set', 'train-set'];
const VALIDATION_PARTS = ['val', 'valid', 'validation', 'val_set', 'dev'];
const TEST_PARTS = ['testing', 'test_set'];

/** Returns the part that a folder of this name contains; undefined for any other name. */
export function usageOfFolder(name: string): Usage | undefined {
	const lower = name.toLowerCase();
	if (TRAINING_PARTS.includes(lower)) return 'Training';
	if (VALIDATION_PARTS.includes(lower)) return 'PublicTest';
	if (TEST_PARTS.includes(lower)) return 'Test';
	return Object.hasOwn(PARTS, lower) ? PARTS[lower] : undefined;
}

/** Returns the usage of each part: with a validation part (PublicTest), the test part is PrivateTest, as in FER2013. */
export function usagesOfParts(parts: Iterable<string>): Map<string, Usage> {
	const names = [...new Set(parts)];
	const hasValidation = names.some((name) => VALIDATION_PARTS.includes(name.toLowerCase()));
	return new Map(
		names.map((name) => {
			const usage = usageOfFolder(name) ?? 'Test';
			return [name, usage === 'Test' && hasValidation ? 'PrivateTest' : usage];
		}),
	);
}

/**
 * Returns the word for the part in the name of a file or in those of its folders, the last one first: `train` for
 * `data/train-00000-of-00002.parquet`, `test` for `test_labels.csv`; undefined if there is none.
 */
export function partOfName(name: string): string | undefined {
	const folders = name.replaceAll(/(public|private)[-_ ]?(test)/gi, '$1$2').split(/[/\\]/);
	for (const folder of folders.reverse()) {
		const words = [folder, ...folder.split(/[-_. ]/)].filter((word) => usageOfFolder(word) !== undefined);
		if (new Set(words.map(usageOfFolder)).size === 1) return words[0];
	}
	return undefined;
}

/** Returns the usage of each image by the word for its part; none if a word is missing or there is only one part. */
export function usagesOfWords(words: readonly (string | undefined)[]): (Usage | undefined)[] {
	const present = words.flatMap((word) => word ?? []);
	const usages = usagesOfParts(present);
	const isDivided = present.length === words.length && new Set(usages.values()).size > 1;
	return words.map((word) => (isDivided && word !== undefined ? usages.get(word) : undefined));
}
