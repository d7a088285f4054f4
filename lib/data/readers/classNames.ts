import path from 'node:path';
import { type DataSetKey, EMOTIONS, type Emotion, foreignClass, LABELLINGS, labelOfClass } from '../../emotions';
import { DataError, misspelled } from '../../errors';
import { formatCount } from '../../format';

/** Names in use besides those of the emotions. */
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
const OTHER_CLASSES = Object.values(LABELLINGS).flatMap(({ classes }) =>
	classes.filter((own) => labelOfClass(own) === undefined).map(([name]) => name.toLowerCase()),
);

const KNOWN_NAMES = [...EMOTIONS, ...Object.keys(SYNONYMS), ...OTHER_CLASSES];

/** Folders named after persons, as `AF01` in KDEF, `S010` in CK+, `subject_12`. */
const PERSON =
	/^([ab]?[fm]\d{2,}|[sp]\d{2,}|(subject|subj|sub|person|participant|actor|speaker|user|patient|id)[-_ ]?\d+)$/i;
/** More folders than this, with fewer images each than that, are not classes. */
const FOLDERS = 20;
const IMAGES_EACH = 10;
/** Folders that an error names. */
const LISTED = 12;

/** Returns the label of a class by its name, in any case: `happy` and `Happiness` are 3. */
export function labelOfName(name: string): number | undefined {
	const lower = name.toLowerCase();
	const emotion = Object.hasOwn(SYNONYMS, lower) ? SYNONYMS[lower] : lower;
	const label = (EMOTIONS as readonly string[]).indexOf(emotion);
	return label < 0 ? undefined : label;
}

/** Returns the label of a class; its name, if it is a class we drop; undefined if unknown. */
export function classOfName(name: string): number | string | undefined {
	const lower = name.toLowerCase();
	return labelOfName(name) ?? (OTHER_CLASSES.includes(lower) ? lower : undefined);
}

/** As `classOfName`, for a data set's own number of a class. */
export function classOfNumber(dataSet: DataSetKey, code: number): number | string | undefined {
	const own = foreignClass(dataSet, code);
	return own && (labelOfClass(own) ?? own[0]);
}

/** Returns the name of a class that an unknown name is probably a misspelling of. */
export function didYouMean(name: string, valid: readonly string[] = KNOWN_NAMES): string {
	const near = misspelled(name, valid);
	return near === undefined ? '' : `Did you mean ${near}? `;
}

/**
 * Refuses folders that would become classes of their own by mistake: misspelled emotions among others, and persons.
 * @param folders The class folder of each image.
 */
export function checkOwnClasses(folders: readonly string[], place: string, image: string): void {
	const names = [...new Set(folders)];
	const unknown = names.filter((name) => classOfName(name) === undefined);
	const present = new Set(names.map(classOfName));
	const valid = KNOWN_NAMES.filter((name) => !present.has(classOfName(name)));
	const wrong = unknown.filter((name) => misspelled(name, valid) !== undefined);
	if (wrong.length > 0 && (unknown.length < names.length || wrong.length === names.length)) {
		const list = names.length > LISTED ? [...names.slice(0, LISTED), '...'] : names;
		const option = `--classes ${/^[\w.-]+$/.test(list.join('')) ? list.join() : `"${list.join()}"`}`;
		const remedy = `${didYouMean(wrong[0], valid)}Rename the folder, or take the folders as they are with ${option}`;
		throw new DataError('folders named after emotions', place, JSON.stringify(wrong[0]), remedy);
	}
	const areFew = names.length > FOLDERS && folders.length < IMAGES_EACH * names.length;
	if (!areFew && !names.every((name) => PERSON.test(name))) return;
	const counts = `${formatCount(names.length)} folders with ${formatCount(folders.length)} images`;
	const found = `${counts}, such as ${names[0]}, which look like persons`;
	throw new DataError('one folder per class', place, found, `Sort the images by their class.${kdefHint(image)}`);
}

/** KDEF (Lundqvist et al. 1998) names its images after session, person, expression and angle: `AF01HAS.JPG`. */
function kdefHint(image: string): string {
	if (!/^[AB][FM]\d{2}(AF|AN|DI|HA|NE|SA|SU)(FL|HL|S|HR|FR)\./i.test(path.posix.basename(image))) return '';
	return ' The names of KDEF tell it: AF, AN, DI, HA, NE, SA or SU after the person.';
}
