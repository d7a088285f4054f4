import type { Recognizer } from '../../lib/photos/recognizer';
import { FaceFollower, type FrameReading } from '../../lib/videos/faceFollower';
import { Timeline } from '../../lib/videos/timeline';
import type { ReadingOptions } from '../photos/reading';
import { Problem } from '../problem';
import { annotateVideo } from './annotatedVideo';
import type { VideoSummary } from './formats';
import { readFrames } from './frames';
import type { Video } from './probe';

/** The options of `fer predict` that choose how videos are read. */
export interface VideoReadingOptions extends ReadingOptions {
	/** Frames per second that are read. */
	readonly fps: number;
	/** Time constant of the average over time in seconds. */
	readonly smoothing: number;
}

/** What a video is read with. */
interface Reading {
	readonly recognizer: Recognizer;
	readonly options: VideoReadingOptions;
	/** The frames that were read before, from the first one. */
	readonly stored: readonly FrameReading[];
	/** The annotated copy. Default none. */
	readonly copy?: string;
	readonly signal?: AbortSignal;
	/** Receives each new frame. */
	onFrame(frame: FrameReading): void;
}

/**
 * Reads the faces of a video from the frame after `stored` on.
 * @returns What was seen in all its frames, in those of `stored` too; undefined if `signal` stopped it.
 * @throws {Problem} If ffmpeg cannot read it or write its copy, or `stored` has another rate.
 */
export async function readVideo(video: Video, reading: Reading): Promise<VideoSummary | undefined> {
	const { recognizer, options, stored, copy, signal, onFrame } = reading;
	const { fps, smoothing, detect, tta } = options;
	checkRate(video, stored, fps);
	const { emotions } = recognizer;
	const follower = new FaceFollower({ emotions, fps, smoothingSeconds: smoothing });
	const timeline = new Timeline(fps);
	const annotated = copy === undefined ? undefined : await annotateVideo(video, copy, { fps, emotions });
	let [frames, seconds, isWhole] = [0, 0, false];
	const add = async (frame: FrameReading) => {
		timeline.add(frame);
		[frames, seconds] = [frames + 1, frame.time + 1 / fps];
		await annotated?.add(frame);
	};
	try {
		for (const frame of stored) {
			if (signal?.aborted) return undefined;
			follower.take(frame);
			await add(frame);
		}
		for await (const { index, image } of readFrames(video, { fps, from: stored.length })) {
			if (signal?.aborted) return undefined;
			const faces = await recognizer.recognize(image, { detect, tta });
			const frame = follower.add(
				index / fps,
				faces.map((face) => inVideo(face, video)),
			);
			onFrame(frame);
			await add(frame);
		}
		if (signal?.aborted) return undefined;
		if (frames === 0) throw new Problem(`Expected frames in ${video.file} but ffmpeg finds none.`);
		isWhole = true;
	} finally {
		await annotated?.end(isWhole);
	}
	return { file: video.file, frames, seconds, faces: timeline.faces };
}

/** Checks that stored frames follow each other at a rate. */
function checkRate({ file }: Video, stored: readonly FrameReading[], fps: number): void {
	const isOther = stored.some(({ time }, index) => Math.abs(time - index / fps) > 0.001);
	if (!isOther) return;
	const expected = `Expected results of ${file} with ${fps} frames per second for --resume`;
	throw new Problem(`${expected} but received others. Give the --fps with which they were begun.`);
}

/** Converts the box of a face from the pixels of a frame to those of the video. */
function inVideo<T extends { readonly box: FrameReading['faces'][number]['box'] }>(face: T, { size, frame }: Video): T {
	const [across, down] = [size.width / frame.width, size.height / frame.height];
	const { left, top, width, height } = face.box;
	return { ...face, box: { left: left * across, top: top * down, width: width * across, height: height * down } };
}
