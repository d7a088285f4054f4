import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeVideo, type FrameResult, VIDEO_RESULTS } from '../../../cli/videos/formats';
import { parseCsv } from '../../../lib/csv';

const EMOTIONS = ['calm', 'face'];
const face = (number: number, left: number) => ({
	...{ face: number, emotion: 'calm', probabilities: [0.75, 0.25], detection: 0.9 },
	box: { left, top: -2.5, width: 30, height: 30 },
});
const FRAMES: readonly FrameResult[] = [
	{ file: 'a, b.mp4', time: 0, faces: [face(1, 10), face(2, 50)] },
	{ file: 'a, b.mp4', time: 0.2, faces: [] },
	{ file: 'a, b.mp4', time: 0.4, faces: [face(2, 50)] },
	{ file: 'c.mp4', time: 0, faces: [face(1, 0)] },
];

describe('VIDEO_RESULTS', () => {
	it('has a line of CSV for each face, and one for a frame without: by hand', () => {
		assert.equal(
			VIDEO_RESULTS.columns(EMOTIONS)
				.map(([name]) => name)
				.join(),
			'file,time,face,emotion,calm,face,left,top,width,height,detection,faces',
		);
		assert.deepEqual(VIDEO_RESULTS.toCsv(FRAMES[0], EMOTIONS).split('\n'), [
			'"a, b.mp4",0.000,1,calm,0.7500,0.2500,10.00,-2.50,30.00,30.00,0.9000,2',
			'"a, b.mp4",0.000,2,calm,0.7500,0.2500,50.00,-2.50,30.00,30.00,0.9000,2',
		]);
		assert.equal(VIDEO_RESULTS.toCsv(FRAMES[1], EMOTIONS), '"a, b.mp4",0.200,,,,,,,,,,0');
		assert.deepEqual(VIDEO_RESULTS.toJson(FRAMES[2], EMOTIONS), {
			...{ file: 'a, b.mp4', time: 0.4 },
			faces: [{ ...face(2, 50), probabilities: { calm: 0.75, face: 0.25 } }],
		});
	});

	it('reads its frames back', () => {
		const header = VIDEO_RESULTS.columns(EMOTIONS).map(([name]) => name);
		const text = FRAMES.map((frame) => `${VIDEO_RESULTS.toCsv(frame, EMOTIONS)}\n`).join('');
		assert.deepEqual(VIDEO_RESULTS.ofCsv(parseCsv(text).rows, header), FRAMES);
		const json = FRAMES.map((frame) => JSON.parse(JSON.stringify(VIDEO_RESULTS.toJson(frame, EMOTIONS))));
		assert.deepEqual(json.map(VIDEO_RESULTS.ofJson), FRAMES);
		for (const other of [
			{ file: 'a.jpg', status: 'face', faces: [] },
			{ file: 'a', time: 1, faces: [{}] },
		]) {
			assert.equal(VIDEO_RESULTS.ofJson(other), undefined);
		}
	});
});

describe('describeVideo', () => {
	const intervals = { seconds: 1, intervals: [] };
	const seen = (number: number, frames: number) => ({ ...intervals, face: number, first: 1, last: 62, frames });

	it('names the faces with their means and times, and counts the brief ones', () => {
		const faces = [
			{ ...seen(1, 300), mean: [0.2, 0.8] },
			{ ...seen(2, 1), mean: [1, 0] },
		];
		const text = describeVideo({ file: 'a.mp4', frames: 1200, seconds: 240, faces }, EMOTIONS);
		assert.deepEqual(text.split('\n'), [
			'a.mp4: 1 face in 1,200 frames (4:00); 1 more, each seen in one or two',
			'  1. face  (calm 20 %, face 80 %; 0:01 to 1:02, 300 frames)',
		]);
	});

	it('says that there is none', () => {
		const text = describeVideo({ file: 'a.mp4', frames: 1, seconds: 0.2, faces: [] }, EMOTIONS);
		assert.equal(text, 'a.mp4: no face found in 1 frame (0 s)');
	});
});
