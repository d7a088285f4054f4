import path from 'node:path';
import { EMOTIONS, foreignClass, labelOfClass } from '../../emotions';
import { DataError, invalidArgument } from '../../errors';
import { ckPlusSubject } from './ckPlus48';
import { countOne, type FaceSet, type ImageOptions, isImageName, type LabelledFile, readImages } from './faceSet';
import { type FileTree, openFiles, readTexts } from './fileTree';

/** Options of `readCkPlus`. */
export interface CkPlusOptions extends ImageOptions {
	/** Frames taken from the end of each labelled sequence, where the emotion is at its peak. Default 3. */
	readonly peakFrames?: number;
	/** Frames taken from the start of each labelled sequence, as neutral; 0 for none (6-way). Default 1. */
	readonly neutralFrames?: number;
}

const EMOTION_FILE = /^(S\d{3}_\d{3})_\d{8}_emotion\.txt$/i;
const SEQUENCE = /^(S\d{3}_\d{3})_\d{8}\.[a-z]+$/i;
const REMEDY = 'Unpack the release again: cohn-kanade-images and Emotion side by side.';

/** Tells an emotion file of CK+'s release by its name. */
export function isCkPlusEmotion(name: string): boolean {
	return EMOTION_FILE.test(path.posix.basename(name));
}

/**
 * Reads CK+ as its authors release it (Lucey et al. 2010): `cohn-kanade-images/S005/001/S005_001_00000011.png` and, for
 * the 327 labelled sequences, `Emotion/S005/001/S005_001_00000011_emotion.txt`.
 *
 * Each sequence goes from a neutral face to the peak of one emotion. As usual, its last three frames get the emotion and
 * its first frame is neutral. Sequences without an emotion file are left out and counted. Of contempt's sequences the
 * peaks are dropped and counted, and the first frames stay. Frames show head and shoulders, 640x490 or 640x480
 * pixels, and are not cropped here: crop the faces before, or use CK+48.
 * @returns Images with `groups` by subject, which a split must never divide (`splitGroups`).
 * @throws {DataError} If an emotion file holds no emotion or has no frames, a sequence has too few frames, or a file is
 *   no image.
 */
export async function readCkPlus(source: string, options: CkPlusOptions = {}): Promise<FaceSet> {
	const { peakFrames = 3, neutralFrames = 1 } = options;
	for (const [name, frames, least] of [
		['peakFrames', peakFrames, 1],
		['neutralFrames', neutralFrames, 0],
	] as const) {
		if (!Number.isInteger(frames) || frames < least)
			throw invalidArgument(name, `integer of at least ${least}`, frames);
	}
	const tree = await openFiles(source);
	const sequences = framesBySequence(tree);
	const emotions = await readEmotions(tree);
	const dropped: Record<string, number> = {};
	const files: LabelledFile[] = [];
	for (const [sequence, frames] of sequences) {
		const emotion = emotions.get(sequence);
		if (!emotion) {
			dropped['without a label'] = (dropped['without a label'] ?? 0) + frames.length;
			continue;
		}
		if (frames.length < peakFrames + neutralFrames) {
			const expected = `at least ${peakFrames + neutralFrames} frames`;
			throw new DataError(expected, `sequence ${sequence} of ${tree.place}`, String(frames.length), REMEDY);
		}
		const file = (name: string, label: number) => files.push({ name, label, subject: ckPlusSubject(name) });
		for (const name of frames.slice(0, neutralFrames)) file(name, EMOTIONS.indexOf('neutral'));
		for (const name of frames.slice(-peakFrames)) {
			if (emotion.label === undefined) countOne(dropped, emotion.name);
			else file(name, emotion.label);
		}
	}
	const lost = [...emotions.keys()].find((sequence) => !sequences.has(sequence));
	if (lost) throw new DataError(`frames of sequence ${lost}`, tree.place, 'none', REMEDY);
	return readImages(tree, files, { name: 'CK+', dropped }, options);
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

/** Reads the emotion of each labelled sequence: one number, as `3.0000000e+00`. */
async function readEmotions(tree: FileTree): Promise<Map<string, { name: string; label: number | undefined }>> {
	const files = tree.names.filter(isCkPlusEmotion);
	if (files.length === 0)
		throw new DataError('files such as S005_001_00000011_emotion.txt', tree.place, 'none', REMEDY);
	const emotions = new Map<string, { name: string; label: number | undefined }>();
	for (const [file, text] of await readTexts(tree, files)) {
		const emotion = foreignClass('ckPlus', text.trim() === '' ? Number.NaN : Number(text));
		if (!emotion) throw new DataError('an emotion from 0 to 7', file, JSON.stringify(text.slice(0, 40)), REMEDY);
		const sequence = EMOTION_FILE.exec(path.posix.basename(file))?.[1].toUpperCase() ?? '';
		emotions.set(sequence, { name: emotion[0], label: labelOfClass(emotion) });
	}
	return emotions;
}
