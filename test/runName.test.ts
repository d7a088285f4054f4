import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkRunName, earlierName, isRunName } from '../lib/runName';

describe('the name of a run', () => {
	it('is that of one folder', () => {
		for (const name of [
			'full',
			'study-base',
			'a b',
			'Größe 96',
			'v1.2',
			'full.old-3',
			'x'.repeat(200),
			'constructor',
		]) {
			assert.ok(isRunName(name), name);
		}
	});

	it('leads nowhere else and works on every system that we support', () => {
		const wrong = ['', '.', '..', '../x', 'a/../b', '/x', 'a/b', 'a\\b', ' a', 'a ', 'a.', '.a', 'a\nb', 'a\0b', '\t'];
		for (const name of [...wrong, 'x'.repeat(201), 'ü'.repeat(101), 'a\u2028b', 'a\ud800', 3, undefined]) {
			assert.ok(!isRunName(name), JSON.stringify(name));
		}
		assert.throws(() => checkRunName('../models/official', '--name'), {
			name: 'RangeError',
			message:
				/^Expected the name of a folder in runs\/ for --name but received "\.\.\/models\/official"\. A name has /,
		});
	});

	it('is not that of something else in runs/', () => {
		for (const name of ['logs', 'setup', 'package', 'demo', 'data', 'bench', 'peers', 'LOGS']) {
			assert.throws(
				() => checkRunName(name),
				new RegExp(`runs/${name} holds other files of this program: choose another`),
			);
		}
		for (const name of ['full.lock', 'full.lock.12.part', 'full.lock.stale']) assert.ok(!isRunName(name));
	});

	it('of an earlier training has its number', () => {
		assert.deepEqual(earlierName('a.old-1.old-12'), { name: 'a.old-1', number: 12 });
		for (const name of ['a', 'a.old', 'a.old-0', '.old-1', 'a.old-1x', `a.old-${'9'.repeat(20)}`]) {
			assert.equal(earlierName(name), undefined);
		}
	});
});
