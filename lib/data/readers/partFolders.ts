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
