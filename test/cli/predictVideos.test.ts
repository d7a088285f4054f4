import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type PredictVideoOptions, predictVideos } from '../../cli/predictVideos';
import type { FrameResult } from '../../cli/videos/formats';
import { isOwnPng } from '../../lib/data/image';
import { drawnPhoto, SQUARE } from '../fixtures/drawnPhoto';
import { writeUntrainedModel } from '../fixtures/training/untrainedModel';
import { makeVideo, withoutFfmpeg } from '../fixtures/videos';

const folder = mkdtempSync(join(tmpdir(), 'predict-videos-'));
const userFolder = process.env.INIT_CWD;
after(() => {
	rmSync(folder, { recursive: true });
	if (userFolder === undefined) delete process.env.INIT_CWD;
	else process.env.INIT_CWD = userFolder;
});

/** Runs it; returns the frames and texts that would be printed. */
async function run(files: readonly string[], own: Partial<PredictVideoOptions> = {}, signal?: AbortSignal) {
	const frames: FrameResult[] = [];
	const texts: string[] = [];
	const output = {
		open: () => ({ write: (frame: FrameResult) => void frames.push(frame), end: () => {} }),
		tell: (text: string) => void texts.push(text),
	};
	const options = { fps: 5, smoothing: 0.5, detect: true, model: 'model', ...own };
	return { summary: await predictVideos(files, options, output, signal), frames, texts };
}

const text = (file: string) => readFileSync(join(folder, file), 'utf8');

/** The commands' test reads a video too. */
const slow = !process.env.FER_SLOW_TESTS && 'loads networks for a quarter of a minute: FER_SLOW_TESTS=1 runs it';

describe('predictVideos', { skip: withoutFfmpeg || slow }, () => {
	before(async () => {
		process.env.INIT_CWD = folder;
		await writeUntrainedModel(join(folder, 'model'));
		// The drawn face moves to the right by 20 pixels a frame.
		const { pixels, width, height } = await drawnPhoto();
		const frames = [0, 20, 40].map((shift) => {
			const frame = new Uint8Array(width * height).fill(120);
			for (let i = 0; i < frame.length; i++) if (i % width >= shift) frame[i] = pixels[i - shift];
			return frame;
		});
		const codec = ['-c:v', 'mpeg4', '-q:v', '2', '-pix_fmt', 'yuv420p'];
		makeVideo(join(folder, 'clip.mp4'), { width, height, frames, rate: 5 }, codec);
		writeFileSync(join(folder, 'broken.mp4'), 'no video');
	});

	it('follows a face, draws its timeline, and goes on after a broken file', async () => {
		const { summary, frames, texts } = await run(['broken.mp4', 'clip.mp4'], { timeline: 'figures' });
		assert.deepEqual(summary, { done: 2, failed: 1, leftOut: {}, wasStopped: false });
		assert.deepEqual(
			frames.map(({ file, time, faces }) => [file, time, faces.map(({ face }) => face)]),
			[
				['clip.mp4', 0, [1]],
				['clip.mp4', 0.2, [1]],
				['clip.mp4', 0.4, [1]],
			],
		);
		for (const [i, { faces }] of frames.entries()) {
			const { left, width } = faces[0].box;
			assert.ok(Math.abs(left + width / 2 - (SQUARE.left + SQUARE.width / 2 + 20 * i)) < 40);
		}
		assert.match(texts[0], /^ffmpeg cannot read broken\.mp4: Invalid data found when processing input\.$/);
		assert.match(
			texts[1],
			/^clip\.mp4: 1 face in 3 frames \(1 s\)\n {2}1\. \w+ {2}\(angry \d+ %, .*; 0:00 to 0:00, 3 frames\)$/,
		);
		assert.deepEqual(readdirSync(join(folder, 'figures')).sort(), ['clip.html', 'clip.png']);
		assert.ok(await isOwnPng(join(folder, 'figures', 'clip.png')));
		// Its own are replaced, others are not.
		writeFileSync(join(folder, 'figures', 'broken.html'), 'mine');
		await assert.rejects(run(['broken.mp4'], { timeline: 'figures' }), {
			name: 'Problem',
			message:
				/^Expected a new HTML file for --timeline but received a file that fer did not write: figures\/broken\.html/,
		});
	});

	it('goes on after a stop, to the same file as without one', async () => {
		const options = { detect: false };
		await run(['clip.mp4'], { ...options, to: 'whole.csv' });
		const whole = text('whole.csv').split('\n');
		// As a process leaves it that is killed while it writes its second frame.
		writeFileSync(join(folder, 'cut.csv'), `${whole.slice(0, 2).join('\n')}\n${whole[2].slice(0, 30)}`);
		const cut = { ...options, to: 'cut.csv' };
		await assert.rejects(run(['clip.mp4'], cut), {
			name: 'Problem',
			message: /one that exists: cut\.csv\. Add --resume/,
		});
		const { summary } = await run(['clip.mp4'], { ...cut, resume: true });
		assert.deepEqual(summary, { done: 1, failed: 0, leftOut: {}, wasStopped: false });
		assert.equal(text('cut.csv'), text('whole.csv'));
	});
});
