import { once } from 'node:events';
import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { SOFTWARE } from '../../lib/data/image';
import { renderOverlay } from '../../lib/figures/rendering/overlay';
import { videoOverlay } from '../../lib/figures/videoOverlay';
import type { FrameReading } from '../../lib/videos/faceFollower';
import { Problem } from '../problem';
import { makeFolder, shownPath } from '../projectFolder';
import { inputOf, keptTimes, reasonOf, runFfmpeg } from './ffmpeg';
import type { Video } from './probe';

/** Writes an annotated copy of a video while its frames are read. */
export interface AnnotatedVideo {
	/** Draws the faces of the next frame. Throws a Problem if ffmpeg fails. */
	add(frame: FrameReading): Promise<void>;
	/** Completes the copy, or leaves none. */
	end(isWhole: boolean): Promise<void>;
}

/** Encoders of which the first that ffmpeg has is used, and how it writes a good picture. */
const ENCODERS = {
	libx264: ['-preset', 'veryfast', '-crf', '20'],
	libopenh264: ['-b:v', '6M'],
	mpeg4: ['-q:v', '3'],
} as const;

/** Sound that an MP4 file takes as it is, and that players play in it. */
const KEPT_SOUND = ['aac', 'mp3', 'ac3', 'eac3', 'alac'];

/**
 * Begins an annotated copy: ffmpeg lays our drawings over the frames of the video, which keep their own rate and times, and
 * keeps the sound.
 * @param copy A file that may be replaced; it appears when it is whole.
 * @param fps Drawings per second.
 */
export async function annotateVideo(
	video: Video,
	copy: string,
	{ fps, emotions }: { readonly fps: number; readonly emotions: readonly string[] },
): Promise<AnnotatedVideo> {
	const [encoder, times] = [await chooseEncoder(), await keptTimes()];
	makeFolder(dirname(copy));
	const partial = `${copy}.${process.pid}.part`;
	const discard = () => rmSync(partial, { force: true });
	// A second Ctrl-C ends the process at once.
	process.once('exit', discard);
	const { execa } = await import('execa');
	const running = execa('ffmpeg', [...inputs(video, fps), ...output(video, encoder), ...times, partial], {
		...{ stdin: 'pipe', stdout: 'ignore', stderr: 'pipe', reject: false },
	});
	// A closed pipe means that ffmpeg ended, and it says why.
	running.stdin.on('error', () => {});
	const ended = running.then(() => undefined);
	const { size, frame: drawn } = video;
	const fail = async () => {
		const { stderr } = await running;
		discard();
		throw new Problem(`ffmpeg cannot write ${shownPath(copy)}: ${reasonOf(stderr)}.`);
	};
	return {
		async add({ faces }) {
			const nothing = () => new Uint8Array(4 * drawn.width * drawn.height);
			const draw = () => renderOverlay(videoOverlay({ faces, emotions, ...size, drawn }));
			const pixels = faces.length > 0 ? await draw() : nothing();
			if (running.stdin.write(pixels)) return;
			await Promise.race([once(running.stdin, 'drain'), ended]);
			if (running.exitCode !== null) await fail();
		},
		async end(isWhole) {
			if (!isWhole) running.kill('SIGKILL');
			running.stdin.end();
			const { exitCode } = await running;
			process.off('exit', discard);
			if (!isWhole) return discard();
			if (exitCode !== 0) await fail();
			renameSync(partial, copy);
		},
	};
}

function inputs({ file, frame }: Video, fps: number): string[] {
	const drawings = ['-f', 'rawvideo', '-pix_fmt', 'rgba', '-s', `${frame.width}x${frame.height}`, '-r', String(fps)];
	return ['-nostdin', '-v', 'error', '-y', '-reinit_filter', '0', '-i', inputOf(file), ...drawings, '-i', 'pipe:0'];
}

function output({ frame, sound }: Video, encoder: keyof typeof ENCODERS): string[] {
	const isKept = sound.every((codec) => KEPT_SOUND.includes(codec));
	const graph = [
		`[0:V:0]scale=${frame.width}:${frame.height},setsar=1[video]`,
		'[video][1:v]overlay=format=auto[drawn]',
		// The encoders take even sizes only.
		'[drawn]pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p[out]',
	];
	return [
		...['-filter_complex', graph.join(';'), '-map', '[out]', '-map', '0:a?'],
		...['-c:v', encoder, ...ENCODERS[encoder], '-c:a', isKept ? 'copy' : 'aac'],
		...['-metadata', `comment=${SOFTWARE}`, '-movflags', '+faststart', '-f', 'mp4'],
	];
}

async function chooseEncoder(): Promise<keyof typeof ENCODERS> {
	const { stdout } = await runFfmpeg('ffmpeg', ['-hide_banner', '-v', 'error', '-encoders']);
	const names = Object.keys(ENCODERS) as (keyof typeof ENCODERS)[];
	const found = names.find((name) => new RegExp(`^ V\\S+ ${name} `, 'm').test(stdout));
	if (found) return found;
	throw new Problem(
		`Expected an encoder for --annotate (${names.join(', ')}) but this ffmpeg has none. Install another.`,
	);
}
