import { decodePhoto, type Photo } from '../../lib/data/photo';
import type { Box } from '../../lib/data/rawImage';
import { GraphicsError } from '../../lib/errors';
import { annotatedPhoto } from '../../lib/figures/annotatedPhoto';
import { writePng } from '../../lib/figures/rendering/export';
import type { FaceReading, Recognizer } from '../../lib/photos/recognizer';
import { describeError, isExpected } from '../problem';
import { resolveUserPath } from '../projectFolder';
import type { ListedFile } from './listing';

export const STATUSES = ['face', 'no face', 'not read', 'passed over'] as const;

/** What became of a file. */
export interface PhotoResult {
	readonly file: string;
	readonly status: (typeof STATUSES)[number];
	/** From left to right, in pixels of the file's image, upright; absent if the file was not read. */
	readonly faces?: readonly FaceReading[];
	/** What is special about a photo that was read: harmless flaws, more frames, a hint. */
	readonly note?: string;
	/** Why the file was not read or passed over, or has no annotated copy. */
	readonly error?: string;
}

/** The options of `fer predict` that choose how photos are read. */
export interface ReadingOptions {
	readonly detect: boolean;
	readonly tta?: boolean;
	/** Prints the stack of an unexpected error. */
	readonly debug?: boolean;
}

/** Side in pixels up to which a square photo without a face may be one that is cropped already. */
const CROP_SIDE = 100;

/**
 * Reads one file of a list, and draws its annotated copy to `copy` if given. Whatever fails, unexpected errors too, is part of
 * the result.
 * @throws {GraphicsError} If the graphics card fails.
 */
export async function readPhoto(
	recognizer: Recognizer,
	{ file, group, reason }: Pick<ListedFile, 'file' | 'group' | 'reason'>,
	options: ReadingOptions,
	copy?: string,
): Promise<PhotoResult> {
	if (group === 'not read' || group === 'passed over') return { file, status: group, error: reason };
	const { detect, tta } = options;
	const fail = (error: unknown): string => {
		if (options.debug && error instanceof Error && !isExpected(error)) console.error(error.stack);
		return describeError(error).replaceAll(/\s+/g, ' ');
	};
	try {
		const photo = await decodePhoto(resolveUserPath(file));
		const faces = await recognizer.recognize(photo, { detect, tta, attention: copy !== undefined });
		const drawn = copy === undefined ? undefined : await annotate(photo, faces, recognizer.emotions, copy).catch(fail);
		const note = [photo.note, faces.length === 0 ? cropHint(photo) : undefined].filter(Boolean).join('; ');
		return {
			file,
			status: faces.length > 0 ? 'face' : 'no face',
			faces: faces.map((face) => ({ ...face, box: inOriginal(face.box, photo) })),
			...(note && { note }),
			...(drawn && { error: `It has no annotated copy. ${drawn}` }),
		};
	} catch (error) {
		// Of no photo in particular: the others would fail too.
		if (error instanceof GraphicsError) throw error;
		return { file, status: 'not read', error: fail(error) };
	}
}

async function annotate(photo: Photo, faces: readonly FaceReading[], emotions: readonly string[], copy: string) {
	await writePng(await annotatedPhoto({ photo, faces, emotions }), copy, { palette: false });
	return undefined;
}

/** Converts a box from the pixels in memory to those of the file. */
function inOriginal(box: Box, { width, height, original }: Photo): Box {
	const [across, down] = [original.width / width, original.height / height];
	return { left: box.left * across, top: box.top * down, width: box.width * across, height: box.height * down };
}

/** A hint for a photo without a face that may be a face by itself. */
function cropHint({ original: { width, height } }: Photo): string | undefined {
	const [long, short] = [Math.max(width, height), Math.min(width, height)];
	return long <= CROP_SIDE && long <= 1.25 * short ? 'for faces that are already cropped, use --no-detect' : undefined;
}
