import type { RawImage } from '../../lib/data/rawImage';
import { Problem } from '../problem';
import { inputOf, reasonOf } from './ffmpeg';
import type { Video } from './probe';

/** A frame of a video. */
export interface Frame {
	/** From 0; it is shown at `index / fps` seconds. */
	readonly index: number;
	/** RGB; valid until the next frame is asked for. */
	readonly image: RawImage;
}

/** How frames are read. */
interface FrameOptions {
	/** Frames per second. */
	readonly fps: number;
	/** The first frame. Default 0. */
	readonly from?: number;
}

/** Seconds that are decoded before the first frame that is read after a seek: a frame may be shown for long. */
const LEAD_SECONDS = 10;

/**
 * Reads frames of a video at a constant rate, by ffmpeg: of each time, the frame that a player shows then, upright, with
 * square pixels. ffmpeg waits while a frame is used, so that few frames are in memory.
 * @throws {Problem} If ffmpeg fails.
 */
export async function* readFrames(video: Video, { fps, from = 0 }: FrameOptions): AsyncGenerator<Frame> {
	const { width, height } = video.frame;
	const start = startOf(from, fps);
	const { execa } = await import('execa');
	const running = execa('ffmpeg', argumentsOf(video, { fps, start, skipped: from - start }), {
		...{ stdin: 'ignore', stderr: 'pipe', reject: false, buffer: { stdout: false, stderr: true } },
	});
	const pixels = new Uint8Array(3 * width * height);
	const image = { pixels, width, height, channels: 3 } as const;
	let [index, filled] = [from, 0];
	try {
		for await (const bytes of running.stdout as AsyncIterable<Uint8Array>) {
			for (let used = 0; used < bytes.length; ) {
				const part = bytes.subarray(used, used + pixels.length - filled);
				pixels.set(part, filled);
				used += part.length;
				filled += part.length;
				if (filled < pixels.length) continue;
				filled = 0;
				yield { index: index++, image };
			}
		}
		const { exitCode, stderr } = await running;
		if (exitCode !== 0) throw new Problem(`ffmpeg cannot read ${video.file}: ${reasonOf(stderr)}.`);
	} finally {
		running.kill('SIGKILL');
		await running;
	}
}

/**
 * The frame at which ffmpeg starts: some time before the first one that is read, and at a whole millisecond, since those of
 * another start would come a little earlier or later.
 */
function startOf(from: number, fps: number): number {
	let start = Math.floor((from / fps - LEAD_SECONDS) * fps);
	const milliseconds = () => (1000 * start) / fps;
	while (start > 0 && Math.abs(milliseconds() - Math.round(milliseconds())) > 1e-6) start--;
	return Math.max(0, start);
}

interface Part {
	readonly fps: number;
	readonly start: number;
	/** Frames after the start that are not read. */
	readonly skipped: number;
}

function argumentsOf({ file, frame }: Video, { fps, start, skipped }: Part): string[] {
	const filters = [
		// Of each time, the last frame that has begun; from the beginning, even if the first frame comes later.
		`fps=${fps}:start_time=0:round=up`,
		...(skipped > 0 ? [`select=gte(n\\,${skipped})`, `setpts=N/(${fps}*TB)`] : []),
		`scale=${frame.width}:${frame.height}`,
		'setsar=1',
		'format=rgb24',
	];
	return [
		...['-nostdin', '-v', 'error'],
		...(start > 0 ? ['-ss', (start / fps).toFixed(3)] : []),
		// Without it a change of the picture's size would begin the filters anew.
		...['-reinit_filter', '0', '-i', inputOf(file)],
		...['-map', '0:V:0', '-vf', filters.join(','), '-r', String(fps), '-f', 'rawvideo', 'pipe:1'],
	];
}
