import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import { nativeOp } from '../../lib/tensorflow/native';
import { RecordedComputation } from '../../lib/tensorflow/recordedComputation';
import { fed } from '../../lib/tensorflow/recorder';
import { tf } from '../../lib/tensorflow/tf';
import { withoutTapes } from './otherBinding';
import { keepsNoTensors, onBackend } from './tensors';

/** Runs a computation on one tensor of values, and returns the values of its results. */
function run(computation: RecordedComputation, values: number[]): number[][] {
	return tf.tidy(() => computation.run([tf.tensor1d(values)]).map((result) => [...result.dataSync()]));
}

/** Counts how often a computation runs in JavaScript. */
function counted(compute: (input: tf.Tensor) => tf.Tensor[], variables: tf.Variable[] = []) {
	const count = { calls: 0 };
	const computation = new RecordedComputation(([input]) => {
		count.calls++;
		return compute(input);
	}, variables);
	return { computation, count };
}

describe('a recorded computation', () => {
	it('runs twice in JavaScript, then replays its ops on other inputs', () => {
		const { computation, count } = counted((x) => [tf.sum(tf.square(x)), tf.add(tf.reshape(x, [2, 1]), [[10], [20]])]);
		for (let i = 0; i < 6; i++) {
			assert.deepEqual(run(computation, [i, 3]), [[i * i + 9], [i + 10, 23]]);
		}
		assert.equal(count.calls, 2);
		assert.equal(computation.isRecorded, true);
	});

	it('assigns variables, whose values are current after each run', () => {
		const total = tf.variable(tf.tensor1d([0, 0]), false);
		const { computation, count } = counted(
			(x) => {
				total.assign(tf.add(total, x));
				return [tf.sum(total)];
			},
			[total],
		);
		for (let i = 1; i <= 6; i++) {
			assert.deepEqual(run(computation, [i, 1]), [[(i * (i + 1)) / 2 + i]]);
			assert.deepEqual([...total.dataSync()], [(i * (i + 1)) / 2, i]);
		}
		assert.equal(count.calls, 2);
		// As validation does with averaged weights: the next replay starts from these.
		tf.tidy(() => total.assign(tf.tensor1d([100, 0])));
		assert.deepEqual(run(computation, [1, 1]), [[102]]);
		total.dispose();
	});

	it('is recorded again if only its first run is another', () => {
		let first = true;
		const { computation, count } = counted((x) => {
			const once = first ? tf.exp(x) : x;
			first = false;
			return [tf.neg(x), tf.zerosLike(once)];
		});
		for (let i = 1; i < 7; i++) assert.deepEqual(run(computation, [i]), [[-i], [0]]);
		assert.deepEqual([count.calls, computation.isRecorded], [3, true]);
	});

	it('leaves the clone of a variable its values', () => {
		const total = tf.variable(tf.tensor1d([1]), false);
		const { computation } = counted(
			(x) => {
				total.assign(tf.mul(total, x));
				return [];
			},
			[total],
		);
		for (let i = 0; i < 3; i++) run(computation, [2]);
		const clone = total.clone();
		run(computation, [2]);
		assert.deepEqual([clone.dataSync()[0], total.dataSync()[0]], [8, 16]);
		tf.dispose([clone, total]);
	});

	it('makes fed values anew, in their order', () => {
		let next = 0;
		const draw = () => fed(() => tf.tensor1d([next++, next++]));
		const { computation, count } = counted((x) => [tf.sub(tf.mul(x, draw()), draw())]);
		for (let i = 0; i < 5; i++) {
			const first = 4 * i;
			assert.deepEqual(run(computation, [2, 3]), [[2 * first - (first + 2), 3 * (first + 1) - (first + 3)]]);
		}
		assert.equal(count.calls, 2);
	});

	it('records each shape anew, and keeps the last eight in use', () => {
		const { computation, count } = counted((x) => [tf.sum(x)]);
		const runs = (size: number, times: number) => {
			for (let i = 0; i < times; i++) assert.deepEqual(run(computation, Array(size).fill(i)), [[size * i]]);
		};
		for (let size = 1; size <= 8; size++) {
			runs(size, 4);
			assert.equal(count.calls, 2 * size);
		}
		runs(1, 1);
		runs(9, 2);
		assert.equal(count.calls, 18);
		runs(1, 1);
		assert.equal(count.calls, 18);
		runs(2, 1);
		assert.equal(count.calls, 19);
	});

	it('leaves out ops whose results nothing reads', () => {
		const { binding } = tf.backend() as NodeJSKernelBackend;
		const { computation } = counted((x) => {
			tf.exp(x);
			return [tf.neg(x)];
		});
		for (let i = 0; i < 2; i++) run(computation, [1]);
		const before = binding.getNumOfTensors();
		run(computation, [1]);
		assert.equal(binding.getNumOfTensors(), before);
	});

	it('keeps no tensors', () => {
		const total = tf.variable(tf.scalar(0), false);
		const computation = new RecordedComputation(
			([x]) => {
				total.assign(
					tf.add(
						total,
						tf.sum(
							tf.mul(
								x,
								fed(() => tf.scalar(2)),
							),
						),
					),
				);
				return [tf.square(total)];
			},
			[total],
		);
		keepsNoTensors(() => {
			for (let i = 0; i < 3; i++) run(computation, [1, 2]);
		});
		total.dispose();
	});
});

describe('a computation that cannot be replayed runs in JavaScript:', () => {
	const cases: Record<string, () => (x: tf.Tensor) => tf.Tensor[]> = {
		'random values': () => (x) => [tf.mul(x, Math.random())],
		'other ops from run to run': () => {
			let calls = 0;
			return (x) => [calls++ % 2 ? tf.exp(x) : tf.neg(x)];
		},
		'a value that it reads': () => (x) => [x.dataSync()[0] > 1 ? tf.exp(x) : tf.neg(x)],
		'another tensor at each run': () => (x) => {
			const before = tf.scalar(1);
			return [tf.add(x, tf.square(before))].map((y) => tf.mul(y, tf.scalar(performance.now())));
		},
	};
	for (const [name, make] of Object.entries(cases)) {
		it(name, () => {
			const { computation, count } = counted(make());
			for (let i = 0; i < 5; i++) run(computation, [1, 2]);
			assert.equal(count.calls, 5);
			assert.equal(computation.isRecorded, false);
		});
	}

	it('a variable that is also an input', () => {
		const twice = tf.variable(tf.scalar(3), false);
		const computation = new RecordedComputation(([x]) => [tf.add(x, twice)], [twice]);
		for (let i = 0; i < 4; i++) {
			const [sum] = computation.run([twice]);
			assert.equal(sum.dataSync()[0], 6);
			sum.dispose();
		}
		assert.equal(computation.isRecorded, false);
		twice.dispose();
	});

	it('without the functions of native/tape.cc', () =>
		withoutTapes(() => {
			const { computation, count } = counted((x) => [tf.neg(x)]);
			for (let i = 0; i < 4; i++)
				assert.deepEqual(
					run(computation, [i]),
					[[-i]].map(([y]) => [y]),
				);
			assert.deepEqual([count.calls, computation.isRecorded], [4, false]);
		}));

	it('another backend', () =>
		onBackend('cpu', () => {
			const { computation, count } = counted((x) => [tf.neg(x)]);
			for (let i = 1; i < 4; i++) assert.deepEqual(run(computation, [i]), [[-i]]);
			assert.deepEqual([count.calls, computation.isRecorded], [3, false]);
		}));
});

describe('an op that fails in a replay', () => {
	it('is named in the error, and all variables keep their values', () => {
		const [first, second] = [0, 0].map(() => tf.tidy(() => tf.variable(tf.tensor1d([5, 7]), false)));
		const { computation } = counted(
			(x) => {
				first.assign(tf.add(first, x));
				const attributes = { T: { type: 'float32' }, message: 'here' } as const;
				second.assign(tf.add(second, nativeOp()('CheckNumerics', [x], attributes)[0]));
				return [];
			},
			[first, second],
		);
		const values = () => [first, second].map((variable) => [...variable.dataSync()]);
		for (let i = 0; i < 3; i++) run(computation, [1, 2]);
		const { numTensors } = tf.memory();
		assert.throws(() => run(computation, [1, Number.NaN]), /^Error: CheckNumerics: here : Tensor had NaN/);
		assert.deepEqual(values(), [
			[8, 13],
			[8, 13],
		]);
		assert.equal(tf.memory().numTensors, numTensors);
		run(computation, [1, 2]);
		assert.deepEqual(values(), [
			[9, 15],
			[9, 15],
		]);
		assert.equal(computation.isRecorded, true);
		tf.dispose([first, second]);
	});
});
