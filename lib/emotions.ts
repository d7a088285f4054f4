/** The seven emotions of FER2013, in the order of its labels 0 to 6 (Goodfellow et al. 2013, arXiv:1307.0414). */
export const EMOTIONS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'] as const;

export type Emotion = (typeof EMOTIONS)[number];

/** A colour for each emotion, by label; safe for the common colour-vision deficiencies. */
export const EMOTION_COLORS = ['#d55e00', '#009e73', '#7b3fa0', '#e6a800', '#0072b2', '#e377a8', '#7f7f7f'] as const;

/** A class of a data set: its name there, and the emotion it corresponds to; undefined if none. */
type ForeignClass = readonly [name: string, emotion: Emotion | undefined];

/** How a data set names and numbers its classes. */
export interface Labelling {
	readonly title: string;
	/** The number of the first class. */
	readonly first: number;
	readonly classes: readonly ForeignClass[];
}

const SYNONYMS: Readonly<Record<string, Emotion>> = { anger: 'angry', happiness: 'happy', sadness: 'sad' };

function labelling(title: string, first: number, names: string): Labelling {
	const emotionOf = (name: string) => EMOTIONS.find((emotion) => emotion === (SYNONYMS[name] ?? name));
	return { title, first, classes: names.split(', ').map((name) => [name, emotionOf(name)]) };
}

/** The classes of each data set in its own order. Readers drop and count the images of those without a counterpart. */
export const LABELLINGS = {
	fer2013: labelling('FER2013', 0, EMOTIONS.join(', ')),
	/** The columns of fer2013new.csv (Barsoum et al. 2016, arXiv:1608.01041). */
	ferPlus: labelling('FER+', 0, 'neutral, happiness, surprise, sadness, anger, disgust, fear, contempt, unknown, NF'),
	/** The numbers in the release's emotion files (Lucey et al. 2010); the peak of a sequence is never 0. */
	ckPlus: labelling('CK+', 0, 'neutral, anger, contempt, disgust, fear, happy, sadness, surprise'),
	/** The basic emotions of RAF-DB (Li et al. 2017), counted from 1. */
	rafDb: labelling('RAF-DB', 1, 'surprise, fear, disgust, happiness, sadness, anger, neutral'),
	/** AffectNet's discrete labels (Mollahosseini et al. 2017, arXiv:1708.03985). */
	affectNet: labelling(
		'AffectNet',
		0,
		'neutral, happiness, sadness, surprise, fear, disgust, anger, contempt, none, uncertain, no face',
	),
} as const;

export type DataSetKey = keyof typeof LABELLINGS;

/** Returns the class of a data set with a given number; undefined if there is none. */
export function foreignClass(dataSet: DataSetKey, code: number): ForeignClass | undefined {
	return LABELLINGS[dataSet].classes[code - LABELLINGS[dataSet].first];
}

/** Returns our label for a class of a data set; undefined if it has no counterpart. */
export function labelOfClass([, emotion]: ForeignClass): number | undefined {
	return emotion === undefined ? undefined : EMOTIONS.indexOf(emotion);
}

/** Returns the emotions without an image in a data set. */
export function missingEmotions(labels: ArrayLike<number>): Emotion[] {
	const present = new Set(Array.from(labels));
	return EMOTIONS.filter((_, label) => !present.has(label));
}
