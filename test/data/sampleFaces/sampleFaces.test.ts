import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { imageAt, USAGES } from '../../../lib/data/dataset';
import { rasterizeSvg } from '../../../lib/data/image';
import { sampleFaces, samplePortrait } from '../../../lib/data/sampleFaces/sampleFaces';
import { EMOTIONS } from '../../../lib/emotions';
import type { Progress } from '../../../lib/progress';

/** Mean grey level of the first face of each class, seed 1, when this test was written. */
const STORED_MEANS = [106.17, 139.66, 125.98, 115.03, 134.74, 82.65, 120.43];

const drawn = sampleFaces({ size: 140, seed: 1 });

function mean(values: ArrayLike<number>): number {
	return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of Pearson. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
	const [x, y] = [a, b].map((values) => Array.from(values, (value) => value - mean(values)));
	const product = (p: number[], q: number[]) => p.reduce((sum, value, i) => sum + value * q[i], 0);
	return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

describe('sampleFaces', () => {
	it('gives a data set that says it is drawn', async () => {
		const faces = await drawn;
		assert.equal(faces.name, 'sample faces');
		assert.equal(faces.drawn, true);
		assert.deepEqual(faces.shape, [48, 48, 1]);
		assert.deepEqual(faces.emotions, EMOTIONS);
		assert.equal(faces.pixels.length, 140 * 48 * 48);
		assert.match(faces.fingerprint, /^[0-9a-f]{64}$/);
	});

	it('has all classes alike, each divided 80, 10 and 10 in a hundred', async () => {
		const { labels, usage } = await drawn;
		assert.ok(usage);
		EMOTIONS.forEach((emotion, label) => {
			const parts = USAGES.map((_, part) => labels.filter((other, i) => other === label && usage[i] === part).length);
			assert.deepEqual(parts, [16, 2, 2, 0], emotion);
		});
	});

	it('gives the same faces for the same seed, and fewer are the first of more', async () => {
		const many = await drawn;
		const few = await sampleFaces({ size: 70, seed: 1 });
		assert.deepEqual(few.pixels, many.pixels.subarray(0, few.pixels.length));
		assert.deepEqual(few.labels, many.labels.subarray(0, 70));
		assert.deepEqual(few.usage, many.usage?.subarray(0, 70));
		const others = await sampleFaces({ size: 70, seed: 2 });
		assert.notEqual(others.fingerprint, few.fingerprint);
	});

	it('photographs the portraits that samplePortrait gives, of the same people', async () => {
		const faces = await drawn;
		const [first, other] = await Promise.all(
			[3, 4].map((index) => rasterizeSvg(samplePortrait(1, index), { height: 48, width: 48 })),
		);
		const face = imageAt(faces, 3);
		assert.ok(correlation(face, first) > 0.95, `${correlation(face, first)}`);
		assert.ok(correlation(face, other) < 0.8, `${correlation(face, other)}`);
	});

	it('draws no face blank and none twice', async () => {
		const faces = await drawn;
		const seen = new Set<string>();
		for (let index = 0; index < 140; index++) {
			const face = imageAt(faces, index);
			const average = mean(face);
			const deviation = Math.sqrt(mean(face.map((value) => Math.min(255, (value - average) ** 2))));
			assert.ok(average > 15 && average < 240, `face ${index} has a mean of ${average}`);
			assert.ok(deviation > 5, `face ${index} has a deviation of ${deviation}`);
			seen.add(Buffer.from(face).toString('latin1'));
		}
		assert.equal(seen.size, 140);
	});

	it('keeps the faces of a seed, whatever version of the drawing library is installed', async () => {
		const faces = await drawn;
		for (const [index, average] of STORED_MEANS.entries()) {
			const received = mean(imageAt(faces, index));
			assert.ok(Math.abs(received - average) < 1.5, `face ${index} has a mean of ${received}`);
		}
	});

	it('tells how far it is, up to the end', async () => {
		const reports: number[] = [];
		const onProgress = ({ stage, done }: Progress) => {
			assert.equal(stage, 'Drawing sample faces');
			reports.push(done);
		};
		await sampleFaces({ size: 70, seed: 1, onProgress });
		assert.ok(reports.length > 2);
		assert.deepEqual(
			reports,
			[...reports].sort((a, b) => a - b),
		);
		assert.equal(reports.at(-1), 1);
	});

	it('refuses sizes and seeds that do not fit, before it draws', async () => {
		await assert.rejects(sampleFaces({ size: 69, seed: 1 }), {
			name: 'RangeError',
			message: 'Expected integer of at least 70 for size but received 69.',
		});
		await assert.rejects(sampleFaces({ size: 70.5, seed: 1 }), /for size but received 70.5/);
		await assert.rejects(sampleFaces({ size: 70, seed: 0.5 }), /Expected integer for seed but received 0.5/);
	});
});
