import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readFrames } from '../../../cli/videos/frames';
import { isOwnVideo, probe, type Video } from '../../../cli/videos/probe';
import { readVideo } from '../../../cli/videos/reading';
import type { FrameReading } from '../../../lib/videos/faceFollower';
import { recognizerOf } from '../../fixtures/photoResults';
import { makeVideo, plainFrame, withoutFfmpeg } from '../../fixtures/videos';

const [WIDTH, HEIGHT] = [321, 180];
const OPTIONS = { fps: 5, smoothing: 0.5, detect: true };
const folder = mkdtempSync(join(tmpdir(), 'reading-'));
after(() => rmSync(folder, { recursive: true }));
let video: Video;

/** Finds a face whose place and emotion depend on the picture, and none in dark ones. */
const recognizer = recognizerOf(async ({ pixels }) => {
	const level = pixels[0];
	if (level < 40) return [];
	const probabilities = [0.9 - level / 300, 0, 0, 0.1 + level / 300, 0, 0, 0];
	const box = { left: 60 + level / 10, top: 60, width: 80, height: 80 };
	return [{ box, detection: 0.8, emotion: 'happy', probabilities }];
});

/** Reads the video; returns the new frames and the summary. */
async function read(own: Partial<Parameters<typeof readVideo>[1]> = {}) {
	const frames: FrameReading[] = [];
	const onFrame = (frame: FrameReading) => void frames.push(frame);
	const summary = await readVideo(video, { recognizer, options: OPTIONS, stored: [], onFrame, ...own });
	return { frames, summary };
}

describe('readVideo', { skip: withoutFfmpeg }, () => {
	before(async () => {
		const levels = [100, 110, 120, 130, 20, 20, 140, 150, 160, 170, 180, 190];
		const frames = levels.map((level) => plainFrame(level, WIDTH, HEIGHT));
		const file = join(folder, 'clip.mp4');
		const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=1.2', '-c:a', 'aac'];
		makeVideo(file, { width: WIDTH, height: HEIGHT, frames, rate: 10 }, [
			...sound,
			'-c:v',
			'mpeg4',
			'-q:v',
			'1',
			'-pix_fmt',
			'yuv420p',
		]);
		video = await probe(file);
	});

	it('gives each frame with its time, and sums up', async () => {
		const { frames, summary } = await read();
		assert.deepEqual(
			frames.map(({ time, faces }) => [time, faces.map(({ face }) => face)]),
			[
				[0, [1]],
				[0.2, [1]],
				[0.4, []],
				[0.6, [1]],
				[0.8, [1]],
				[1, [1]],
			],
		);
		assert.deepEqual([summary?.frames, summary?.faces.length, summary?.faces[0].frames], [6, 1, 5]);
		assert.ok(Math.abs((summary?.seconds ?? 0) - 1.2) < 1e-9);
	});

	it('goes on after stored frames as without a stop, and sums up both', async () => {
		const whole = await read();
		for (const count of [1, 3, 6]) {
			const { frames, summary } = await read({ stored: whole.frames.slice(0, count) });
			assert.deepEqual(frames, whole.frames.slice(count));
			assert.deepEqual(summary, whole.summary);
		}
	});

	it('refuses to go on at another rate', async () => {
		const { frames } = await read();
		const message = /^Expected results of .*clip\.mp4 with 2 frames per second for --resume but received others/;
		await assert.rejects(read({ options: { ...OPTIONS, fps: 2 }, stored: frames }), { name: 'Problem', message });
	});

	it('writes a copy with boxes and bars, in its own frames, with its sound', async () => {
		const copy = join(folder, 'new', 'copy.mp4');
		const { frames } = await read({ copy });
		const entries = ['-show_entries', 'stream=codec_type,codec_name,nb_frames,duration', '-of', 'json', copy];
		const { streams } = JSON.parse(execFileSync('ffprobe', ['-v', 'error', ...entries], { encoding: 'utf8' }));
		const [picture, sound] = streams;
		assert.deepEqual([picture.codec_type, picture.nb_frames, sound.codec_name], ['video', '12', 'aac']);
		assert.ok(Math.abs(sound.duration - 1.2) < 0.1);
		assert.ok((await isOwnVideo(copy)) && !(await isOwnVideo(video.file)));
		const about = await probe(copy);
		assert.deepEqual(about.size, { width: 322, height: 180 });
		let compared = 0;
		for await (const { index, image } of readFrames(about, { fps: 5 })) {
			const [found] = frames[index].faces;
			const y = 120;
			const left = found ? Math.round(found.box.left) : 70;
			const at = 3 * (y * image.width + left);
			const [red, green, blue] = image.pixels.subarray(at, at + 3);
			// The box is orange (angry) or yellow (happy); a frame without a face stays grey.
			assert.equal(red - blue > 60, found !== undefined, `frame ${index}: ${red}, ${green}, ${blue}`);
			compared++;
		}
		assert.equal(compared, 6);
	});

	it('leaves no copy, no part of one and no frame after a stop', async () => {
		const controller = new AbortController();
		const copy = join(folder, 'stopped', 'copy.mp4');
		let count = 0;
		const onFrame = () => {
			if (++count === 2) controller.abort();
		};
		const { summary } = await read({ copy, onFrame, signal: controller.signal });
		assert.deepEqual([summary, count, readdirSync(join(folder, 'stopped'))], [undefined, 2, []]);
		assert.equal(existsSync(copy), false);
	});
});
