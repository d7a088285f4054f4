import {
	type DataSetKey,
	EMOTIONS,
	type Emotion,
	foreignClass,
	LABELLINGS,
	type Labelling,
	labelOfClass,
} from '../../emotions';

/** Folder names in use besides those of the emotions. */
const SYNONYMS: Readonly<Record<string, Emotion>> = {
	anger: 'angry',
	disgusted: 'disgust',
	fearful: 'fear',
	afraid: 'fear',
	happiness: 'happy',
	sadness: 'sad',
	surprised: 'surprise',
};

/** Classes of other data sets that are not one of our emotions, such as contempt. */
const OTHER_CLASSES = Object.values(LABELLINGS).flatMap((labelling: Labelling) =>
	labelling.classes.filter((own) => labelOfClass(own) === undefined).map(([name]) => name.toLowerCase()),
);

/**
 * Returns the label of a class folder by its name, in any case: `happy` and `Happiness` are 3. Never by
 * its position: folders sort in another order than the labels of FER2013.
 */
export function labelOfFolder(name: string): number | undefined {
	const lower = name.toLowerCase();
	const emotion = Object.hasOwn(SYNONYMS, lower) ? SYNONYMS[lower] : lower;
	const label = (EMOTIONS as readonly string[]).indexOf(emotion);
	return label < 0 ? undefined : label;
}

/** Returns the label of a class folder; its name, if it is a class we drop; undefined if unknown. */
export function classOfFolder(name: string): number | string | undefined {
	const lower = name.toLowerCase();
	return labelOfFolder(name) ?? (OTHER_CLASSES.includes(lower) ? lower : undefined);
}

/** As `classOfFolder`, for a data set's own number of a class. */
export function classOfNumber(dataSet: DataSetKey, code: number): number | string | undefined {
	const own = foreignClass(dataSet, code);
	return own && (labelOfClass(own) ?? own[0]);
}
