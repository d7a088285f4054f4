/** The seven emotions of FER2013, in the order of its labels 0 to 6 (Goodfellow et al. 2013, arXiv:1307.0414). */
export const EMOTIONS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'] as const;

/** One of the seven emotion names. */
export type Emotion = (typeof EMOTIONS)[number];

/** A colour for each emotion, by label; told apart also by people with the common colour-vision deficiencies. */
export const EMOTION_COLORS = ['#d55e00', '#009e73', '#7b3fa0', '#e6a800', '#0072b2', '#e377a8', '#7f7f7f'] as const;

/** One class of a data set: its own name, and the emotion of ours that it is; undefined where none is. */
export type ForeignClass = readonly [name: string, emotion: Emotion | undefined];

/** How a data set names and numbers its classes. */
export interface Labelling {
	readonly title: string;
	/** The number of the first class; the others follow. */
	readonly first: number;
	readonly classes: readonly ForeignClass[];
}

/**
 * The classes of each data set in its own order, and what they are here. Contempt, and what is no emotion, has no
 * counterpart: readers drop such images and count them.
 */
export const LABELLINGS = {
	fer2013: { title: 'FER2013', first: 0, classes: EMOTIONS.map((emotion): ForeignClass => [emotion, emotion]) },
	/** The columns of fer2013new.csv (Barsoum et al. 2016, arXiv:1608.01041). */
	ferPlus: {
		title: 'FER+',
		first: 0,
		classes: [
			['neutral', 'neutral'],
			['happiness', 'happy'],
			['surprise', 'surprise'],
			['sadness', 'sad'],
			['anger', 'angry'],
			['disgust', 'disgust'],
			['fear', 'fear'],
			['contempt', undefined],
			['unknown', undefined],
			['NF', undefined],
		],
	},
	/** The numbers in the release's emotion files (Lucey et al. 2010); 0 is never given to a sequence's peak. */
	ckPlus: {
		title: 'CK+',
		first: 0,
		classes: [
			['neutral', 'neutral'],
			['anger', 'angry'],
			['contempt', undefined],
			['disgust', 'disgust'],
			['fear', 'fear'],
			['happy', 'happy'],
			['sadness', 'sad'],
			['surprise', 'surprise'],
		],
	},
	/** The basic emotions of RAF-DB (Li et al. 2017), counted from 1. */
	rafDb: {
		title: 'RAF-DB',
		first: 1,
		classes: [
			['surprise', 'surprise'],
			['fear', 'fear'],
			['disgust', 'disgust'],
			['happiness', 'happy'],
			['sadness', 'sad'],
			['anger', 'angry'],
			['neutral', 'neutral'],
		],
	},
	/** AffectNet's discrete labels (Mollahosseini et al. 2017, arXiv:1708.03985). */
	affectNet: {
		title: 'AffectNet',
		first: 0,
		classes: [
			['neutral', 'neutral'],
			['happiness', 'happy'],
			['sadness', 'sad'],
			['surprise', 'surprise'],
			['fear', 'fear'],
			['disgust', 'disgust'],
			['anger', 'angry'],
			['contempt', undefined],
			['none', undefined],
			['uncertain', undefined],
			['no face', undefined],
		],
	},
} as const satisfies Readonly<Record<string, Labelling>>;

/** A data set whose classes `LABELLINGS` knows. */
export type DataSetKey = keyof typeof LABELLINGS;

/** Returns the class that a data set means by a number; undefined where it has none of that number. */
export function foreignClass(dataSet: DataSetKey, code: number): ForeignClass | undefined {
	const { first, classes }: Labelling = LABELLINGS[dataSet];
	return classes[code - first];
}

/** Returns our label for a class of a data set: the emotion's place in `EMOTIONS`; undefined where there is none. */
export function labelOfClass([, emotion]: ForeignClass): number | undefined {
	return emotion === undefined ? undefined : EMOTIONS.indexOf(emotion);
}

/** Returns the emotions that no image of a data set shows: with neutral among them, it can be judged 6-way only. */
export function missingEmotions(labels: ArrayLike<number>): Emotion[] {
	const present = new Set(Array.from(labels));
	return EMOTIONS.filter((_, label) => !present.has(label));
}
