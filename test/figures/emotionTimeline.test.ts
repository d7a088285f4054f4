import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emotionTimeline, type TimelineFace } from '../../lib/figures/emotionTimeline';

const EMOTIONS = ['happy', 'my <class>'];
const face = (number: number, frames: number, starts: readonly number[]): TimelineFace => ({
	...{ face: number, frames, first: starts[0], last: starts[starts.length - 1], seconds: 1 },
	intervals: starts.map((start) => ({ start, probabilities: [0.75, 0.25] })),
});

/** The fields of a layer that matter here. */
type Layer = { x: number[]; y: number[]; name: string; yaxis: string; fillcolor: string; showlegend: boolean };

const layersOf = (...options: Parameters<typeof emotionTimeline>) =>
	emotionTimeline(...options).data as unknown as Layer[];

describe('emotionTimeline', () => {
	it('stacks the emotions of each face in steps, and leaves gaps where it is not seen: by hand', () => {
		const faces = [face(1, 4, [0, 1, 4]), face(2, 9, [2])];
		const layers = layersOf({ faces, emotions: EMOTIONS, seconds: 4.5 });
		assert.deepEqual(
			layers.map(({ yaxis, name, showlegend }) => [yaxis, name, showlegend]),
			[
				['y', 'happy', true],
				['y', 'my &lt;class&gt;', true],
				['y2', 'happy', false],
				['y2', 'my &lt;class&gt;', false],
			],
		);
		// Seen from 0 to 2 and from 4 to the end of the video; 0 between.
		assert.deepEqual(layers[0].x, [0, 1, 2, 4, 4.5]);
		assert.deepEqual(layers[0].y, [0.75, 0.75, 0, 0.75, 0]);
		assert.deepEqual(layers[1].y, [0.25, 0.25, 0, 0.25, 0]);
		assert.deepEqual(
			[layers[2].x, layers[2].y],
			[
				[2, 3],
				[0.75, 0],
			],
		);
		// The project's colour of happy, and one that is no emotion's.
		assert.deepEqual([layers[0].fillcolor, layers[1].fillcolor], ['#e6a800', '#882255']);
	});

	it('has rows for the faces that were seen most, by number, and says how many it leaves out', () => {
		const faces = Array.from({ length: 14 }, (_, i) => face(i + 1, i === 3 ? 1 : i + 10, [0]));
		const { data, layout } = emotionTimeline({ faces, emotions: EMOTIONS, seconds: 2 });
		const groups = new Set((data as unknown as { stackgroup: string }[]).map(({ stackgroup }) => stackgroup));
		assert.deepEqual(
			[...groups],
			[2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14].map((number) => `face ${number}`),
		);
		const texts = layout.annotations?.map(({ text }) => text).join(' ') ?? '';
		assert.match(texts, /2 faces that were seen in fewer frames are not shown\./);
		assert.match(texts, /<b>face 2<\/b>/);
	});

	it('has at most ten ticks at round times', () => {
		const ticksOf = (seconds: number) => {
			const { layout } = emotionTimeline({ faces: [face(1, 1, [0])], emotions: EMOTIONS, seconds });
			return layout.xaxis?.ticktext;
		};
		assert.deepEqual(ticksOf(0.9), ['0:00.0', '0:00.2', '0:00.4', '0:00.6', '0:00.8']);
		assert.deepEqual(ticksOf(50), ['0:00', '0:05', ...[10, 15, 20, 25, 30, 35, 40, 45, 50].map((time) => `0:${time}`)]);
		assert.deepEqual(ticksOf(7300), [
			'0:00',
			'15:00',
			'30:00',
			'45:00',
			'1:00:00',
			'1:15:00',
			'1:30:00',
			'1:45:00',
			'2:00:00',
		]);
	});

	it('needs a face', () => {
		assert.throws(
			() => emotionTimeline({ faces: [], emotions: EMOTIONS, seconds: 1 }),
			/^RangeError: Expected at least one/,
		);
	});
});
