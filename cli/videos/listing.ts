import { statSync } from 'node:fs';
import { fileEnds, fileKind } from '../../lib/data/imageKind';
import { Problem } from '../problem';
import { resolveUserPath } from '../projectFolder';

/** Names of videos, whatever is in them: the program says what is wrong with a broken one. */
const VIDEO_NAME = /\.(mp4|m4v|mov|mkv|webm|avi|wmv|asf|flv|f4v|mpe?g|m2v|ts|m2ts|mts|vob|3gp|3g2|ogv|mxf|y4m)$/i;

/**
 * Lists the videos that arguments name: as files, or by patterns. Those in folders are not listed.
 * @returns Their paths as the user would write them, each once; empty if the arguments name none.
 * @throws {Problem} If they name videos and other things.
 */
export async function listVideos(given: readonly string[]): Promise<string[]> {
	const videos = new Map<string, string>();
	let other: string | undefined;
	for (const argument of given) {
		for (const file of await filesOf(argument)) {
			if (await isVideo(file)) videos.set(resolveUserPath(file), videos.get(resolveUserPath(file)) ?? file);
			else other ??= file;
		}
	}
	const [first] = videos.values();
	if (first !== undefined && other !== undefined) {
		const expected = 'Expected either videos, by name, or photos and folders';
		throw new Problem(`${expected} but received both: ${first} and ${other}. Run the command once for each.`);
	}
	return [...videos.values()];
}

async function filesOf(argument: string): Promise<string[]> {
	if (statSync(resolveUserPath(argument), { throwIfNoEntry: false })) return [argument];
	const { glob } = await import('tinyglobby');
	const found = await glob(argument, { cwd: resolveUserPath('.'), expandDirectories: false });
	// A name without a file is reported as a photo or a video would be.
	return found.length > 0 ? found.sort() : [argument];
}

/** Whether a file is a video by its content, or by its name if the content is no image. */
async function isVideo(file: string): Promise<boolean> {
	const path = resolveUserPath(file);
	const stat = statSync(path, { throwIfNoEntry: false });
	if (!stat) return VIDEO_NAME.test(file);
	if (!stat.isFile()) return false;
	const kind = await fileEnds(path)
		.then(fileKind)
		.catch(() => undefined);
	return kind?.isVideo ?? (VIDEO_NAME.test(file) && kind?.group !== 'read' && kind?.group !== 'unread');
}
