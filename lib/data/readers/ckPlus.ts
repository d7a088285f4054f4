import path from 'node:path';
import { EMOTIONS } from '../../emotions';
import { DataError, invalidArgument } from '../../errors';
import { ckPlusSubject } from './ckPlus48';
import { classOfNumber } from './classNames';
import { type FaceSet, type ImageOptions, isImageName, type LabelledFile, readImages } from './faceSet';
import { type FileTree, openFiles, readTexts } from './fileTree';

/** Options of `readCkPlus`. */
export interface CkPlusOptions extends ImageOptions {
	/** Frames taken from the end of each labelled sequence, the peak of the emotion; at least 1. Default 3. */
	readonly peakFrames?: number;
	/** Frames taken from the start of each labelled sequence as neutral; 0 for none (6-way). Default 1. */
	readonly neutralFrames?: number;
}

const EMOTION_FILE = /^(S\d{3}_\d{3})_\d{8}_emotion\.txt$/i;
const SEQUENCE = /^(S\d{3}_\d{3})_\d{8}\.[a-z]+$/i;
const REMEDY = 'Unpack the release again: cohn-kanade-images and Emotion side by side.';

/** Whether a file is an emotion file of the CK+ release, by its name. */
export function isCkPlusEmotion(name: string): boolean {
	return EMOTION_FILE.test(path.posix.basename(name));
}

/**
 * Reads the CK+ release (Lucey et al. 2010): `cohn-kanade-images/S005/001/S005_001_00000011.png` and,
 * for the 327 labelled sequences, `Emotion/S005/001/S005_001_00000011_emotion.txt`.
 *
 * Each sequence runs from a neutral face to the peak of one emotion. As usual, the last three frames get its label, and
 * the first frame is neutral. Unlabelled sequences, and the peaks of contempt, are dropped and counted. Frames show
 * head and shoulders, 640x490 or 640x480 pixels, and are not cropped: crop the faces first, or use CK+48.
 * @returns Images with `groups` by subject; a split must keep subjects whole.
 * @throws {DataError} If an emotion file is invalid or has no frames, a sequence is too short, or a file is no image.
 */
export async function readCkPlus(source: string, options: CkPlusOptions = {}): Promise<FaceSet> {
	const { peakFrames = 3, neutralFrames = 1 } = options;
	const checkFrames = (name: string, frames: number, least: number) => {
		if (!Number.isInteger(frames) || frames < least)
			throw invalidArgument(name, `integer of at least ${least}`, frames);
	};
	checkFrames('peakFrames', peakFrames, 1);
	checkFrames('neutralFrames', neutralFrames, 0);
	const tree = await openFiles(source);
	const sequences = framesBySequence(tree);
	const emotions = await readEmotions(tree);
	const files = [...sequences].flatMap(([sequence, frames]) => {
		const emotion = emotions.get(sequence);
		const labelled = (names: readonly string[], label: number | string) =>
			names.map((name): LabelledFile => ({ name, label, subject: ckPlusSubject(name) }));
		if (emotion === undefined) return labelled(frames, 'without a label');
		if (frames.length < peakFrames + neutralFrames) {
			const expected = `at least ${peakFrames + neutralFrames} frames`;
			throw new DataError(expected, `sequence ${sequence} of ${tree.place}`, String(frames.length), REMEDY);
		}
		const neutral = labelled(frames.slice(0, neutralFrames), EMOTIONS.indexOf('neutral'));
		return [...neutral, ...labelled(frames.slice(-peakFrames), emotion)];
	});
	const lost = [...emotions.keys()].find((sequence) => !sequences.has(sequence));
	if (lost) throw new DataError(`frames of sequence ${lost}`, tree.place, 'none', REMEDY);
	return readImages(tree, files, { name: 'CK+' }, options);
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
