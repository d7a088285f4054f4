import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { annotateVideo } from '../../../cli/videos/annotatedVideo';
import { probe } from '../../../cli/videos/probe';
import { temporaryFolder } from '../../data/readers/sources';
import { makeVideo, plainFrame, withoutFfmpeg } from '../../fixtures/videos';

// test/cli/videos/reading.test.ts looks at what is drawn, and at the sound.
describe('annotateVideo', { skip: withoutFfmpeg }, () => {
	it('keeps the times of frames, whatever the rate of the drawings', async (t) => {
		const folder = temporaryFolder(t);
		const [file, copy] = ['a.mkv', 'a.mp4'].map((name) => join(folder, name));
		const times = "setpts='if(lt(N,2),N*0.1,1+(N-2)*0.1)/TB'";
		const frames = [10, 60, 110, 160].map((level) => plainFrame(level));
		const options = ['-vf', times, '-vsync', 'passthrough', '-c:v', 'ffv1'];
		makeVideo(file, { width: 32, height: 16, frames, rate: 10 }, options);
		const annotated = await annotateVideo(await probe(file), copy, { fps: 4, emotions: ['calm', 'angry'] });
		for (let i = 0; i < 5; i++) await annotated.add({ time: i / 4, faces: [] });
		assert.equal(existsSync(copy), false);
		await annotated.end(true);
		const shown = execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0', copy]);
		assert.deepEqual(
			shown
				.toString()
				.trim()
				.split(/[\s,]+/)
				.map(Number),
			[0, 0.1, 1, 1.1],
		);
	});
});
