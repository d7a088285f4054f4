import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFrames } from '../../../cli/videos/frames';
import { probe } from '../../../cli/videos/probe';
import { makeVideo, plainFrame, turnClockwise, withoutFfmpeg } from '../../fixtures/videos';

const folder = mkdtempSync(join(tmpdir(), 'frames-'));
after(() => rmSync(folder, { recursive: true }));

/** Level of a numbered frame, which FFV1 keeps. */
const level = (number: number) => 9 * number + 5;

/** Makes a video of numbered frames. */
function numbered(name: string, count: number, rate: number, options: readonly string[] = []): string {
	const file = join(folder, name);
	const frames = Array.from({ length: count }, (_, i) => plainFrame(level(i)));
	makeVideo(file, { width: 32, height: 16, frames, rate }, [...options, '-c:v', 'ffv1']);
	return file;
}

/** Reads which frames are shown, as `index: number`. */
async function shown(file: string, fps: number, from = 0): Promise<string[]> {
	const numbers: string[] = [];
	for await (const { index, image } of readFrames(await probe(file), { fps, from })) {
		numbers.push(`${index}: ${(image.pixels[0] - 5) / 9}`);
	}
	return numbers;
}

describe('readFrames', { skip: withoutFfmpeg }, () => {
	it('reads at each time the frame that is shown then: by hand', async () => {
		const file = numbered('constant.mkv', 10, 10);
		assert.deepEqual(await shown(file, 5), ['0: 0', '1: 2', '2: 4', '3: 6', '4: 8']);
		// At 0, 0.25, 0.5 and 0.75 s.
		assert.deepEqual(await shown(file, 4), ['0: 0', '1: 2', '2: 5', '3: 7']);
	});

	it('goes by the times of a variable frame rate', async () => {
		// Frames at 0, 0.1, 1 and 1.1 s.
		const times = "setpts='if(lt(N,2),N*0.1,1+(N-2)*0.1)/TB'";
		const file = numbered('variable.mkv', 4, 10, ['-vf', times, '-vsync', 'passthrough']);
		assert.deepEqual(await shown(file, 5), ['0: 0', '1: 1', '2: 1', '3: 1', '4: 1', '5: 2']);
	});

	it('starts anywhere with the frames that are read from the beginning', async () => {
		const file = numbered('long.mkv', 25, 1);
		for (const [fps, from] of [
			[2, 33],
			[0.7, 14],
		]) {
			assert.deepEqual(await shown(file, fps, from), (await shown(file, fps)).slice(from), `${fps} from ${from}`);
		}
	});

	it('turns a picture as its file says, and makes its pixels square', async () => {
		const half = Uint8Array.from({ length: 32 * 16 }, (_, i) => (i % 32 < 16 ? 0 : 255));
		const video = { width: 32, height: 16, frames: [half], rate: 1 };
		const turned = join(folder, 'turned.mp4');
		makeVideo(turned, video, ['-c:v', 'mpeg4', '-q:v', '1']);
		turnClockwise(turned);
		const about = await probe(turned);
		assert.deepEqual(about.size, { width: 16, height: 32 });
		for await (const { image } of readFrames(about, { fps: 1 })) {
			// The left edge is on top.
			assert.ok(image.pixels[0] < 40 && image.pixels[3 * 15] < 40);
			assert.ok(image.pixels[3 * 16 * 31] > 215 && image.pixels[3 * (16 * 32 - 1)] > 215);
		}
		const wide = join(folder, 'wide.mkv');
		makeVideo(wide, video, ['-vf', 'setsar=2', '-c:v', 'ffv1']);
		assert.deepEqual((await probe(wide)).size, { width: 64, height: 16 });
	});

	it('describes in a sentence what cannot be read', async () => {
		const file = join(folder, 'broken.mp4');
		writeFileSync(file, 'no video');
		await assert.rejects(probe(file), {
			name: 'Problem',
			message: /^ffmpeg cannot read .*broken\.mp4: Invalid data found/,
		});
		const sound = join(folder, 'sound.wav');
		makeVideo(sound, { width: 2, height: 2, frames: [plainFrame(0, 2, 2)], rate: 1 }, [
			...['-f', 'lavfi', '-i', 'sine=duration=0.1', '-map', '1:a'],
		]);
		await assert.rejects(probe(sound), {
			name: 'Problem',
			message: /^Expected a video stream in .* but found only sound\.$/,
		});
	});

	it('ends ffmpeg where the reader leaves', async () => {
		const video = await probe(numbered('left.mkv', 20, 1));
		for await (const { index } of readFrames(video, { fps: 100 })) if (index === 3) break;
		// Node forgets a process a moment after its end.
		await sleep(100);
		const children = process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap');
		assert.deepEqual(children, []);
	});
});
