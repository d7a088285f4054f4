// @ts-check
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clock } from '../../demo/src/video/clock.js';
import { Recording } from '../../demo/src/video/recording.js';
import { recordingCsv } from '../../demo/src/video/recordingCsv.js';
import { stackedPath, timelineColumns } from '../../demo/src/video/timelineColumns.js';

/** A face with two classes. @param {number} number @param {number} smile @param {number} [left] */
function face(number, smile, left = 0.25) {
	const box = { left, top: 0.5, width: 0.125, height: 0.25 };
	const emotion = smile > 0.5 ? 'smile' : 'other';
	return { number, box, probabilities: { smile, other: 1 - smile }, emotion, isFound: true };
}

/** Five frames a second: the first face throughout, the second one in the third frame alone. */
function recorded() {
	const recording = new Recording(0.2);
	for (const faces of [[face(1, 1)], [face(1, 0.5, 0.5)], [face(1, 0.25), face(2, 0.75)], []]) recording.add(faces);
	return recording;
}

describe('Recording', () => {
	it('finds the frame of a time, and takes the last one for all that is not read yet', () => {
		const recording = recorded();
		assert.deepEqual(
			[0, 0.19, 0.2, 0.399999, 0.4, 0.7, 9].map((time) => recording.indexAt(time)),
			[0, 0, 1, 2, 2, 3, 3],
		);
		assert.equal(new Recording(0.2).indexAt(0), undefined);
		assert.deepEqual(new Recording(0.2).at(1), []);
		assert.ok(Math.abs(recording.nextTime - 0.8) < 1e-12);
	});

	it('moves faces from frame to frame', () => {
		const [half] = recorded().at(0.1);
		assert.ok(Math.abs(half.box.left - 0.375) < 1e-9 && Math.abs(half.probabilities.smile - 0.75) < 1e-9);
		const [most] = recorded().at(0.39);
		assert.equal(most.emotion, 'other');
		// Not in the next frame: it stays where it is.
		assert.deepEqual(
			recorded()
				.at(0.5)
				.map(({ number, box }) => [number, box.left]),
			[
				[1, 0.25],
				[2, 0.25],
			],
		);
	});

	it('sums up each face: when it was seen, and its mean probabilities', () => {
		const [first, second] = recorded().summaries();
		assert.deepEqual([first.number, first.from, first.frames], [1, 0, 3]);
		assert.ok(Math.abs(first.to - 0.4) < 1e-9 && Math.abs(first.probabilities.smile - 1.75 / 3) < 1e-9);
		assert.deepEqual([second.number, second.frames, second.probabilities.smile], [2, 1, 0.75]);
	});

	it('replaces attention maps of a frame', () => {
		const recording = recorded();
		const map = { values: [1], width: 1, height: 1 };
		recording.explain(2, new Map([[2, map]]));
		assert.deepEqual(
			recording.at(0.4).map(({ attention }) => attention),
			[undefined, map],
		);
	});
});

describe('recordingCsv', () => {
	it('has a line per frame and face, boxes in pixels, and a line for a frame without faces', () => {
		const options = { emotions: ['smile', 'other'], width: 640, height: 360 };
		assert.deepEqual(recordingCsv(recorded().frames, options).split('\n'), [
			'time,face,emotion,smile,other,left,top,width,height',
			'0.000,1,smile,1.0000,0.0000,160.0,180.0,80.0,90.0',
			'0.200,1,other,0.5000,0.5000,320.0,180.0,80.0,90.0',
			'0.400,1,other,0.2500,0.7500,160.0,180.0,80.0,90.0',
			'0.400,2,smile,0.7500,0.2500,160.0,180.0,80.0,90.0',
			'0.600,,,,,,,,',
			'',
		]);
	});
});

describe('timelineColumns', () => {
	const emotions = ['smile', 'other'];

	it('gives each frame its column', () => {
		const columns = timelineColumns(recorded().frames, { face: 1, emotions, duration: 0.8, columns: 4 });
		assert.deepEqual(columns, [[1, 0], [0.5, 0.5], [0.25, 0.75], undefined]);
		const other = timelineColumns(recorded().frames, { face: 2, emotions, duration: 0.8, columns: 4 });
		assert.deepEqual(other, [undefined, undefined, [0.75, 0.25], undefined]);
	});

	it('gives each frame its column whatever the length of the video', () => {
		for (const [duration, step] of [
			[2.4, 0.2],
			[2.35, 0.2],
			[7.007, 0.1],
			[13.3, 0.04],
			[0.1, 0.2],
		]) {
			const count = Math.ceil(duration / step - 1e-6);
			const recording = new Recording(step);
			for (let i = 0; i < count; i++) recording.add([face(1, i / count)]);
			const columns = timelineColumns(recording.frames, { face: 1, emotions, duration, columns: count });
			assert.deepEqual(
				columns.map((shares) => shares?.[0]),
				Array.from({ length: count }, (_, i) => i / count),
			);
		}
	});

	it('averages the frames of a column in long videos', () => {
		const columns = timelineColumns(recorded().frames, { face: 1, emotions, duration: 0.8, columns: 2 });
		assert.deepEqual(columns, [
			[0.75, 0.25],
			[0.25, 0.75],
		]);
	});
});

describe('stackedPath', () => {
	const columns = [[0.25, 0.75], [0.5, 0.5], undefined, [1, 0]];

	it('stacks the classes from the bottom, and leaves gaps where no face is: by hand', () => {
		assert.equal(stackedPath(columns, 0), 'M0 1V0.75H1V0.5H2V1H1V1H0ZM3 1V0H4V1H3Z');
		assert.equal(stackedPath(columns, 1), 'M0 0.75V0H1V0H2V0.5H1V0.75H0ZM3 0V0H4V0H3Z');
		assert.equal(stackedPath([undefined], 0), '');
	});
});

describe('clock', () => {
	it('shows minutes, and hours if there are any', () => {
		assert.deepEqual([0, 4.9, 59.9999, 750, 3729].map(clock), ['0:00', '0:04', '1:00', '12:30', '1:02:09']);
	});
});
