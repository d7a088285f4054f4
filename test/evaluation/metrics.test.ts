import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { averageMetrics, formatReport } from '../../lib/evaluation/formatReport';
import { argmaxRows, type ClassificationReport, classificationReport, softmaxRows } from '../../lib/evaluation/metrics';

interface ReportFixture {
	name: string;
	trueLabels: number[];
	predictedLabels: number[];
	emotions: string[];
	digits: number;
	accuracy: number;
	precision: number[];
	recall: number[];
	f1: number[];
	support: number[];
	macro: number[];
	weighted: number[];
	confusionMatrix: number[][];
	text: string;
}

// Both files are made by fixtures/metrics/make_fixtures.py.
const folder = path.join(__dirname, '..', 'fixtures', 'metrics');
const { reports } = JSON.parse(readFileSync(path.join(folder, 'reports.json'), 'utf8')) as { reports: ReportFixture[] };
const { calibration } = JSON.parse(readFileSync(path.join(folder, 'statistics.json'), 'utf8')) as {
	calibration: { logits: number[]; softmax: number[]; argmax: number[] };
};

function near(received: readonly number[], expected: readonly number[], tolerance = 1e-12): void {
	assert.equal(received.length, expected.length);
	received.forEach((value, index) => {
		assert.ok(Math.abs(value - expected[index]) <= tolerance, `${value} is not ${expected[index]} at ${index}`);
	});
}

describe('classificationReport', () => {
	for (const fixture of reports) {
		it(`has scikit-learn's values and text: ${fixture.name}`, () => {
			const { trueLabels, predictedLabels, emotions, digits } = fixture;
			const report = classificationReport({ trueLabels, predictedLabels, classes: emotions.length });
			assert.equal(report.n, trueLabels.length);
			near([report.accuracy, report.macroF1], [fixture.accuracy, fixture.macro[2]]);
			for (const key of ['precision', 'recall', 'f1', 'support'] as const) {
				near(
					report.perClass.map((row) => row[key]),
					fixture[key],
				);
			}
			assert.deepEqual(report.confusionMatrix, fixture.confusionMatrix);
			for (const average of ['macro', 'weighted'] as const) {
				const { precision, recall, f1, support } = averageMetrics(report.perClass, average);
				near([precision, recall, f1, support], [...fixture[average], trueLabels.length]);
			}
			assert.equal(formatReport(report, emotions, { digits }), fixture.text);
		});
	}

	it('agrees with values worked by hand', () => {
		// Class 0: 1 hit, 2 true, 2 predicted. Class 1: 0 hits, 1 true, 2 predicted. Class 2: 1 hit, 2 true, 1 predicted.
		const report = classificationReport({
			trueLabels: [0, 0, 1, 2, 2],
			predictedLabels: [0, 1, 0, 1, 2],
			classes: 3,
		});
		assert.deepEqual(report.confusionMatrix, [
			[1, 1, 0],
			[1, 0, 0],
			[0, 1, 1],
		]);
		assert.equal(report.accuracy, 2 / 5);
		near([report.macroF1], [(1 / 2 + 0 + 2 / 3) / 3]);
		assert.deepEqual(report.perClass[2], { precision: 1, recall: 1 / 2, f1: 2 / 3, support: 2 });
	});

	it('averages F1 over some classes where it is told so', () => {
		// The rows above; a face called class 2 still spoils the recall of its own class.
		const pairs = { trueLabels: [0, 0, 1, 2, 2], predictedLabels: [0, 1, 0, 1, 2], classes: 3 };
		near([classificationReport({ ...pairs, macroLabels: [0, 2] }).macroF1], [(1 / 2 + 2 / 3) / 2]);
		near([classificationReport({ ...pairs, macroLabels: [1] }).macroF1], [0]);
		const all = classificationReport(pairs);
		assert.deepEqual(classificationReport({ ...pairs, macroLabels: [0, 1, 2] }), all);
	});

	it('leaves classes that do not occur out of macro F1, and says so in the text', () => {
		// Class 1 never occurs but is predicted once, which spoils the recall of class 2.
		const report = classificationReport({ trueLabels: [0, 0, 2, 2], predictedLabels: [0, 0, 1, 2], classes: 3 });
		near([report.macroF1], [(1 + 2 / 3) / 2]);
		assert.match(formatReport(report, ['a', 'b', 'c']), /\n2-way: no image of b, which macro F1 leaves out\n$/);
	});

	it('takes typed arrays', () => {
		const labels = Uint8Array.of(0, 1, 2);
		assert.equal(classificationReport({ trueLabels: labels, predictedLabels: labels, classes: 3 }).accuracy, 1);
	});

	it('prints two digits where nothing else is said', () => {
		const [{ trueLabels, predictedLabels, emotions, text }] = reports;
		const report = classificationReport({ trueLabels, predictedLabels, classes: emotions.length });
		assert.equal(formatReport(report, emotions), text);
	});
});

describe('arguments of the metrics', () => {
	const refuse = (act: () => unknown, message: string) => assert.throws(act, { name: 'RangeError', message });

	it('refuses classes to average that are none', () => {
		const pairs = { trueLabels: [0, 1], predictedLabels: [0, 1], classes: 2 };
		refuse(
			() => classificationReport({ ...pairs, macroLabels: [2] }),
			'Expected integer between 0 and 1 for macroLabels[0] but received 2.',
		);
		refuse(
			() => classificationReport({ ...pairs, macroLabels: [] }),
			'Expected at least one label for macroLabels but received "none".',
		);
	});

	it('refuses labels that do not fit', () => {
		const classes = 3;
		refuse(
			() => classificationReport({ trueLabels: [0, 1], predictedLabels: [0], classes }),
			'Expected 2 labels for predictedLabels but received 1.',
		);
		refuse(
			() => classificationReport({ trueLabels: [0, 3], predictedLabels: [0, 0], classes }),
			'Expected integer between 0 and 2 for trueLabels[1] but received 3.',
		);
		refuse(
			() => classificationReport({ trueLabels: [0, 1], predictedLabels: [0.5, 0], classes }),
			'Expected integer between 0 and 2 for predictedLabels[0] but received 0.5.',
		);
		assert.throws(() => classificationReport({ trueLabels: [], predictedLabels: [], classes }), /at least one label/);
		assert.throws(() => classificationReport({ trueLabels: [0], predictedLabels: [0], classes: 1 }), /for classes/);
	});

	it('refuses names and digits that do not fit', () => {
		const report: ClassificationReport = classificationReport({ trueLabels: [0], predictedLabels: [0], classes: 2 });
		refuse(() => formatReport(report, ['only one']), 'Expected 2 names for emotions but received 1.');
		assert.throws(() => formatReport(report, ['a', 'b'], { digits: 1.5 }), /integer between 0 and 15 for digits/);
	});

	it('refuses rows that are not whole or not finite', () => {
		refuse(
			() => argmaxRows(Float32Array.of(1, 2, 3), 2),
			'Expected multiple of 2 above 0 for probabilities.length but received 3.',
		);
		refuse(
			() => softmaxRows(Float32Array.of(1, Number.NaN), 2),
			'Expected number that is finite for logits[1] but received NaN.',
		);
		assert.throws(() => argmaxRows(new Float32Array(0), 2), /multiple of 2 above 0/);
	});
});

describe('argmaxRows and softmaxRows', () => {
	it('agree with NumPy and SciPy', () => {
		const logits = Float32Array.from(calibration.logits);
		assert.deepEqual([...argmaxRows(logits, 5)], calibration.argmax);
		near([...softmaxRows(logits, 5)], calibration.softmax, 1e-7);
	});

	it('take the first of equal values', () => {
		assert.deepEqual([...argmaxRows(Float32Array.of(1, 1, 0, -2, -1, -1), 3)], [0, 1]);
	});

	it('stay finite where exponentials would overflow', () => {
		assert.deepEqual([...softmaxRows(Float32Array.of(1000, 1000, -1000, 0), 2)], [0.5, 0.5, 0, 1]);
	});
});
