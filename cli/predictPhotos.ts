import { statSync } from 'node:fs';
import { join, parse } from 'node:path';
import { decodePhoto } from '../lib/data/image';
import { annotatedPhoto } from '../lib/figures/annotatedPhoto';
import { writePng } from '../lib/figures/rendering/export';
import { type FaceReading, openRecognizer, type Recognizer } from '../lib/photos/recognizer';
import { ProgressMeter } from '../lib/progress';
import { describeError, isExpected, Problem } from './problem';
import { withProgress } from './progressLine';
import { makeFolder, modelFolder, resolveUserPath } from './projectFolder';

/** The options of `fer predict` that choose how photos are read. */
export interface PredictOptions {
	readonly model?: string;
	readonly detect: boolean;
	readonly tta?: boolean;
	readonly annotate?: string;
}

/** A file and its faces, or why it could not be read. */
interface PhotoReading {
	readonly file: string;
	readonly faces?: readonly FaceReading[];
	readonly error?: string;
}

const IMAGE = /\.(jpe?g|png|webp|gif|tiff?|avif)$/i;

/**
 * Reads the faces of photos; a file that cannot be read does not stop the others.
 * @param given Files, folders and patterns.
 * @throws {Problem} If nothing matches an argument, or two annotated copies would have the same name.
 */
export async function predictPhotos(
	given: readonly string[],
	options: PredictOptions,
): Promise<{ readonly emotions: readonly string[]; readonly photos: readonly PhotoReading[] }> {
	const files = [...new Set((await Promise.all(given.map(findPhotos))).flat())];
	if (options.annotate !== undefined) {
		checkNames(files);
		makeFolder(resolveUserPath(options.annotate));
	}
	const recognizer = await openRecognizer(modelFolder(options.model));
	const photos: PhotoReading[] = [];
	await withProgress('Photos', async (onProgress) => {
		const meter = new ProgressMeter('', files.length, onProgress);
		for (const file of files) {
			photos.push(await readPhoto(recognizer, file, options));
			meter.add(1);
		}
	});
	return { emotions: recognizer.emotions, photos };
}

/** Lists the files that an argument stands for: a file itself, all images in a folder, the images that match a pattern. */
async function findPhotos(argument: string): Promise<string[]> {
	const stat = statSync(resolveUserPath(argument), { throwIfNoEntry: false });
	if (stat?.isFile()) return [argument];
	const { convertPathToPattern, glob } = await import('tinyglobby');
	const pattern = stat ? `${convertPathToPattern(argument)}/**` : argument;
	const matching = await glob(pattern, { cwd: resolveUserPath('.'), expandDirectories: false });
	const found = matching.filter((file) => IMAGE.test(file)).sort();
	if (found.length > 0) return found;
	const received = stat ? 'a folder without any' : 'no such file';
	throw new Problem(`Expected photos (JPEG, PNG, WebP, GIF, TIFF or AVIF) for ${argument} but received ${received}.`);
}

/** Checks that no two annotated copies have the same name. */
function checkNames(files: readonly string[]): void {
	const names = files.map((file) => parse(file).name);
	const twice = names.find((name, i) => names.indexOf(name) !== i);
	if (twice === undefined) return;
	const expected = 'Expected photos with different names for --annotate';
	throw new Problem(`${expected} but received two named ${twice}. Run the command once for each.`);
}

/** Reads one photo, and draws its copy if requested. */
async function readPhoto(recognizer: Recognizer, file: string, options: PredictOptions): Promise<PhotoReading> {
	const { detect, tta, annotate } = options;
	try {
		const photo = await decodePhoto(resolveUserPath(file));
		const faces = await recognizer.recognize(photo, { detect, tta, attention: annotate !== undefined });
		if (annotate !== undefined) {
			const figure = await annotatedPhoto({ photo, faces, emotions: recognizer.emotions });
			const copy = join(resolveUserPath(annotate), `${parse(file).name}.png`);
			await writePng(figure, copy, { palette: false });
		}
		return { file, faces };
	} catch (error) {
		if (isExpected(error)) return { file, error: describeError(error) };
		throw error;
	}
}

const percent = (value: number) => `${Math.round(100 * value)} %`;

/** Formats a photo's faces as lines of text. */
export function formatText({ file, faces, error }: PhotoReading, emotions: readonly string[]): string {
	if (!faces) return `${file}: not read. ${error}`;
	if (faces.length === 0) return `${file}: no face found`;
	const lines = faces.map(({ emotion, probabilities, box }, i) => {
		const [x, y, width, height] = [box.left, box.top, box.width, box.height].map(Math.round);
		const all = emotions.map((name, label) => `${name} ${percent(probabilities[label])}`).join(', ');
		return `  ${i + 1}. ${emotion}  (${all}; box ${x},${y} ${width} x ${height})`;
	});
	return [`${file}: ${faces.length} face${faces.length === 1 ? '' : 's'}`, ...lines].join('\n');
}

/** Formats photos as CSV, a line a face. */
export function formatCsv(photos: readonly PhotoReading[], emotions: readonly string[]): string {
	const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
	const header = ['file', 'face', 'emotion', ...emotions, 'left', 'top', 'width', 'height', 'detection'];
	const lines = photos.flatMap(({ file, faces = [] }) =>
		faces.map(({ emotion, probabilities, box, detection }, i) => {
			const numbers = [...probabilities, box.left, box.top, box.width, box.height, detection];
			return [quote(file), i + 1, emotion, ...numbers.map((value) => value.toFixed(4))];
		}),
	);
	return [header, ...lines].map((cells) => cells.join(',')).join('\n');
}

/** Makes the JSON of photos: probabilities by emotion. */
export function toJson(photos: readonly PhotoReading[], emotions: readonly string[]): object[] {
	return photos.map(({ file, faces, error }) => ({
		file,
		error,
		faces: faces?.map(({ box, detection, emotion, probabilities }) => ({
			...{ box, detection, emotion },
			probabilities: Object.fromEntries(emotions.map((name, label) => [name, probabilities[label]])),
		})),
	}));
}
