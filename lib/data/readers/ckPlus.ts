import path from 'node:path';
import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { labelPlaces, placesOf } from './classFolders';
import { classOfNumber } from './classNames';
import { type FaceSet, type ImageOptions, isImageName, type LabelledFile, readImages } from './faceSet';
import { type FileTree, openFiles, readTexts } from './fileTree';

/** Frames taken from the end of each labelled sequence, the peak of the emotion. */
const PEAK_FRAMES = 3;
/** Subject, sequence and frame, as the release names its frames: `S010_004_00000017.png`. */
const FRAME = /^(S\d{3})_(\d{3})_(\d{8})\.(png|jpg|jpeg)$/i;
const EMOTION_FILE = /^(S\d{3}_\d{3})_\d{8}_emotion\.txt$/i;
const SEQUENCE = /^(S\d{3}_\d{3})_\d{8}\.[a-z]+$/i;
const REMEDY = 'Unpack the release again: cohn-kanade-images and Emotion side by side.';

/** Returns the subject of a CK+ frame by its file name; undefined for other names. */
export function ckPlusSubject(name: string): string | undefined {
	return FRAME.exec(path.posix.basename(name))?.[1].toUpperCase();
}

/** Whether a file is an emotion file of the CK+ release, by its name. */
export function isCkPlusEmotion(name: string): boolean {
	return EMOTION_FILE.test(path.posix.basename(name));
}

/**
 * Reads CK+48, as CK+ (Lucey et al. 2010) is on Kaggle: 981 faces of 48x48 pixels, the last three frames of each labelled
 * sequence, in one folder per emotion, without neutral: evaluation is 6-way. The frames of a sequence are near-duplicates,
 * so a split must keep the images of a person together. Contempt is dropped and counted.
 */
export async function readCkPlus48(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const files = labelPlaces(tree, placesOf(tree)).map((file) => {
		const subject = ckPlusSubject(file.name);
		if (subject !== undefined) return { ...file, subject };
		const remedy = 'Keep the file names of the release, which contain the subject.';
		throw new DataError('names such as S010_004_00000017.png', tree.place, file.name, remedy);
	});
	return readImages(tree, files, { name: 'CK+' }, options);
}

/**
 * Reads the CK+ release (Lucey et al. 2010): `cohn-kanade-images/S005/001/S005_001_00000011.png` and, for the 327 labelled
 * sequences, `Emotion/S005/001/S005_001_00000011_emotion.txt`.
 *
 * Each sequence runs from a neutral face to the peak of one emotion. As usual, the last three frames get its label, and
 * the first frame is neutral. Unlabelled sequences, and the peaks of contempt, are dropped and counted. Frames show
 * head and shoulders, 640x490 or 640x480 pixels, and are not cropped: crop the faces first, or use CK+48.
 */
export async function readCkPlus(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const sequences = framesBySequence(tree);
	const emotions = await readEmotions(tree);
	const files = [...sequences].flatMap(([sequence, frames]) => {
		const emotion = emotions.get(sequence);
		const labelled = (names: readonly string[], label: number | string) =>
			names.map((name): LabelledFile => ({ name, label, subject: ckPlusSubject(name) }));
		if (emotion === undefined) return labelled(frames, 'without a label');
		if (frames.length <= PEAK_FRAMES) {
			const expected = `at least ${PEAK_FRAMES + 1} frames`;
			throw new DataError(expected, `sequence ${sequence} of ${tree.place}`, String(frames.length), REMEDY);
		}
		const neutral = labelled(frames.slice(0, 1), EMOTIONS.indexOf('neutral'));
		return [...neutral, ...labelled(frames.slice(-PEAK_FRAMES), emotion)];
	});
	const lost = [...emotions.keys()].find((sequence) => !sequences.has(sequence));
	if (lost) throw new DataError(`frames of sequence ${lost}`, tree.place, 'none', REMEDY);
	return { ...(await readImages(tree, files, { name: 'CK+' }, options)), numbering: 'ckPlus' };
}

/** The frames of each sequence in the order of their numbers. */
function framesBySequence(tree: FileTree): Map<string, string[]> {
	const sequences = new Map<string, string[]>();
	for (const name of tree.names.filter(isImageName)) {
		const sequence = SEQUENCE.exec(path.posix.basename(name))?.[1].toUpperCase();
		if (!sequence) throw new DataError('frames such as S005_001_00000001.png', tree.place, name, REMEDY);
		sequences.set(sequence, [...(sequences.get(sequence) ?? []), name]);
	}
	const base = (name: string) => path.posix.basename(name);
	for (const frames of sequences.values()) frames.sort((a, b) => (base(a) < base(b) ? -1 : 1));
	return sequences;
}

/** Reads the class of each labelled sequence, a number such as `3.0000000e+00`. */
async function readEmotions(tree: FileTree): Promise<Map<string, number | string>> {
	const texts = await readTexts(tree, tree.names.filter(isCkPlusEmotion));
	if (texts.size === 0) throw new DataError('files such as S005_001_00000011_emotion.txt', tree.place, 'none', REMEDY);
	return new Map(
		[...texts].map(([file, text]) => {
			const emotion = classOfNumber('ckPlus', text.trim() === '' ? Number.NaN : Number(text));
			const sequence = EMOTION_FILE.exec(path.posix.basename(file))?.[1].toUpperCase() ?? '';
			if (emotion !== undefined) return [sequence, emotion];
			throw new DataError('an emotion from 0 to 7', file, JSON.stringify(text.slice(0, 40)), REMEDY);
		}),
	);
}
