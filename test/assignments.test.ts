import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAssignments } from '../lib/assignments';

describe('parseAssignments', () => {
	it('reads JSON values, and anything else as a string; later ones win', () => {
		const assignments = [
			'phase2.epochs=20',
			'phase2.imageSizes=[]',
			'alwaysDraw=true',
			'backbone=a=b',
			'phase2.epochs=3',
		];
		assert.deepEqual(parseAssignments(assignments), {
			phase2: { epochs: 3, imageSizes: [] },
			alwaysDraw: true,
			backbone: 'a=b',
		});
		assert.deepEqual(parseAssignments(['tta={"views":"ten"}', 'tta.average=logits']), {
			tta: { views: 'ten', average: 'logits' },
		});
		assert.deepEqual(parseAssignments([]), {});
	});

	it('refuses what is no assignment', () => {
		for (const text of ['=3', 'seed', '']) {
			assert.throws(() => parseAssignments([text]), /^RangeError: Expected NAME=VALUE for --set but received /);
		}
	});

	it('refuses an unknown name and lists the nearest, also where the group is missing', () => {
		const nearest: readonly [string, string][] = [
			['epochs=3', 'phase1.epochs, phase2.epochs'],
			['phase2.learningrate=1', 'phase2.learningRate, phase1.learningRate'],
			['sed=1', 'seed'],
		];
		for (const [assignment, names] of nearest) {
			const message = new RegExp(`^RangeError: Expected the name of a setting for --set .* Nearest: ${names}, `);
			assert.throws(() => parseAssignments([assignment]), message);
		}
	});

	it('refuses the names of prototypes and leaves them alone', () => {
		for (const name of ['__proto__.polluted', 'constructor.prototype.polluted', 'phase2.__proto__.polluted']) {
			assert.throws(() => parseAssignments([`${name}=1`]), /the name of a setting/);
		}
		assert.equal('polluted' in {}, false);
	});
});
