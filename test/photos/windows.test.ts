import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeFinds, type WindowFind, windowsOf } from '../../lib/photos/windows';

const SEEN = 1024;
const size = (width: number, height: number) => ({ width, height });

describe('windowsOf', () => {
	it('takes a photo of usual proportions whole', () => {
		for (const [width, height] of [
			[640, 480],
			[300, 900],
			[4096, 3072],
			[1, 1],
		]) {
			assert.deepEqual(windowsOf(size(width, height), SEEN), [{ left: 0, top: 0, width, height }]);
		}
	});

	it('covers a long photo by windows that overlap by its short side at least', () => {
		for (const [width, height] of [
			[20_000, 100],
			[824, 15_265],
			[35_544, 354],
			[1000, 300],
			[200_000, 60],
		]) {
			const windows = windowsOf(size(width, height), SEEN);
			const isWide = width > height;
			const [long, short] = isWide ? [width, height] : [height, width];
			const spans = windows.map((box) => (isWide ? [box.left, box.width] : [box.top, box.height]));
			assert.ok(windows.length > 1 && windows.length <= 101, `${windows.length} windows`);
			for (const box of windows) {
				assert.deepEqual(isWide ? [box.top, box.height] : [box.left, box.width], [0, short]);
				assert.ok(Object.values(box).every(Number.isInteger));
			}
			assert.equal(spans[0][0], 0);
			const [last, lastLength] = spans[spans.length - 1];
			assert.equal(last + lastLength, long);
			for (let i = 1; i < spans.length; i++) {
				const shared = spans[i - 1][0] + spans[i - 1][1] - spans[i][0];
				assert.ok(shared >= short - 1 && spans[i][0] > spans[i - 1][0], `windows ${i - 1} and ${i} share ${shared}`);
			}
		}
	});

	it('has none for a strip in which no face can be seen', () => {
		assert.deepEqual(windowsOf(size(50_000, 1), SEEN), []);
		assert.deepEqual(windowsOf(size(10, 90_000), SEEN), []);
	});
});

describe('mergeFinds', () => {
	const find = (window: number, left: number, changes: Partial<WindowFind> = {}): WindowFind => ({
		...{ box: { left, top: 0, width: 100, height: 100 }, detection: 0.8, window, isCut: false },
		...changes,
	});
	const lefts = (finds: readonly WindowFind[]) => mergeFinds(finds).map(({ box }) => box.left);

	it('keeps one of two finds of a face in neighbouring windows: the surest', () => {
		assert.deepEqual(lefts([find(0, 10, { detection: 0.7 }), find(1, 14)]), [14]);
	});

	it('prefers a face that is whole to the surer find of a part', () => {
		const part = find(0, 40, { detection: 0.99, isCut: true, box: { left: 40, top: 0, width: 60, height: 60 } });
		assert.deepEqual(lefts([part, find(1, 10)]), [10]);
	});

	it('keeps a part that is found alone, and neighbours in one window', () => {
		assert.deepEqual(lefts([find(0, 10, { isCut: true })]), [10]);
		assert.deepEqual(lefts([find(0, 10), find(0, 30)]).sort(), [10, 30]);
		assert.deepEqual(lefts([find(0, 0), find(1, 60)]).sort(), [0, 60]);
	});

	it('returns only boxes and scores', () => {
		assert.deepEqual(mergeFinds([find(0, 10)]), [{ box: find(0, 10).box, detection: 0.8 }]);
	});
});
