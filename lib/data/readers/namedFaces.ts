import path from 'node:path';
import { EMOTIONS, type Emotion } from '../../emotions';
import { DataError } from '../../errors';
import { countEach, describeFiles, type FaceSet, type ImageOptions, isImageName, readImages } from './faceSet';
import { type FileTree, openFiles } from './fileTree';
import { partOfName, usagesOfWords } from './partFolders';

/** What the name of an image contains. */
interface FaceName {
	readonly expression: string;
	readonly person: string;
	/** From where the face is seen. */
	readonly angle?: string;
}

/** A data set whose file names contain person and expression. */
interface NamedFaces {
	readonly title: string;
	readonly example: string;
	readonly parse: (name: string) => FaceName | undefined;
}

const EXPRESSIONS: Readonly<Record<string, Emotion>> = {
	AF: 'fear',
	AN: 'angry',
	DI: 'disgust',
	FE: 'fear',
	HA: 'happy',
	NE: 'neutral',
	SA: 'sad',
	SU: 'surprise',
};

const ANGLES: Readonly<Record<string, string>> = {
	FL: 'full left profile',
	HL: 'half left profile',
	S: 'straight',
	HR: 'half right profile',
	FR: 'full right profile',
};

/** Session, person, expression and angle: `AF01ANS.JPG`. */
const KDEF = /^[AB]([FM]\d{2})(AF|AN|DI|HA|NE|SA|SU)(FL|HL|S|HR|FR)\./;
/** Person, expression with the number of the pose, and number of the image: `KA.AN1.39.tiff`. */
const JAFFE = /^([A-Z]{2})\.(AN|DI|FE|HA|NE|SA|SU)\d?\.\d+\./;

const SETS: Readonly<Record<'kdef' | 'jaffe', NamedFaces>> = {
	kdef: {
		title: 'KDEF',
		example: 'AF01ANS.JPG',
		// AF01 and BF01 are the same person in two sessions.
		parse: (name) => faceName(KDEF.exec(name), (person, expression, angle) => ({ person, expression, angle })),
	},
	jaffe: {
		title: 'JAFFE',
		example: 'KA.AN1.39.tiff',
		parse: (name) => faceName(JAFFE.exec(name), (person, expression) => ({ person, expression })),
	},
};

/** Of the images, at least this share has such a name: KDEF comes with averaged faces and a few that are misnamed. */
const LEAST_SHARE = 0.9;

function faceName(match: RegExpExecArray | null, read: (...groups: string[]) => FaceName): FaceName | undefined {
	return match ? read(...match.slice(1)) : undefined;
}

const parseName = (set: keyof typeof SETS, name: string) => SETS[set].parse(path.posix.basename(name).toUpperCase());

/** Tells which of these data sets the images are, by their names. */
export function namedFacesOf(images: readonly string[]): 'kdef' | 'jaffe' | undefined {
	const isMost = (set: keyof typeof SETS) =>
		images.filter((name) => parseName(set, name) !== undefined).length >= LEAST_SHARE * images.length;
	return images.length === 0 ? undefined : (['kdef', 'jaffe'] as const).find(isMost);
}

/**
 * Reads KDEF (Lundqvist et al. 1998): 70 persons in two sessions, seven expressions from five angles, all of which are
 * read and counted in a note; in any folders, of persons or others.
 */
export async function readKdef(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const files = namedFiles(tree, 'kdef');
	const angles = countEach(files.flatMap(({ angle }) => (angle === undefined ? [] : ANGLES[angle])));
	const counts = Object.entries(angles).map(([angle, count]) => `${count} ${angle}`);
	options.onNote?.(`Faces from all angles are read: ${counts.join(', ')}.`);
	return readImages(tree, files, { name: SETS.kdef.title }, options);
}

/** Reads JAFFE (Lyons et al. 1998): ten persons, seven expressions, 256x256 pixels in grey. */
export async function readJaffe(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	return readImages(tree, namedFiles(tree, 'jaffe'), { name: SETS.jaffe.title }, options);
}

/** Reads label and person from the names of the images, and their part from folders; others are counted as left out. */
function namedFiles(tree: FileTree, set: keyof typeof SETS) {
	const named = tree.names.filter(isImageName).map((name) => ({ name, face: parseName(set, name) }));
	const known = named.flatMap(({ name, face }) => (face ? { name, face } : []));
	if (known.length === 0) {
		const { title, example } = SETS[set];
		const remedy = `Keep the file names of ${title}, which contain the expressions.`;
		throw new DataError(`images such as ${example}`, tree.place, describeFiles(tree), remedy);
	}
	const usages = usagesOfWords(known.map(({ name }) => partOfName(path.posix.dirname(name))));
	const files = known.map(({ name, face: { person, expression, angle } }, at) => {
		const label: number | string = EMOTIONS.indexOf(EXPRESSIONS[expression]);
		return { name, label, subject: person, usage: usages[at], angle };
	});
	const others = named.flatMap(({ name, face }) => (face ? [] : name));
	const left = others.map((name) => ({ name, label: 'without person and expression in the name', angle: undefined }));
	return [...files, ...left];
}
