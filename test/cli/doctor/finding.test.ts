import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingOf, formatFindings } from '../../../cli/doctor/finding';

test('what a check throws is a fault with its remedy', async () => {
	const fails = async () => {
		throw new Error('libtensorflow_cc.so.2: cannot open\n    at Module.load (node:internal)');
	};
	assert.deepEqual(await findingOf('TensorFlow', 'npm run setup', fails), {
		name: 'TensorFlow',
		state: 'fault',
		found: 'libtensorflow_cc.so.2: cannot open',
		remedy: 'npm run setup',
	});
	const works = await findingOf('TensorFlow', 'npm run setup', async () => '2.20.0');
	assert.deepEqual(works, { name: 'TensorFlow', state: 'ok', found: '2.20.0' });
});

test('findings are columns, with each remedy below its finding', () => {
	const text = formatFindings([
		{ name: 'Node', state: 'ok', found: '20.20.2' },
		{ name: 'FER2013', state: 'absent', found: 'not found', remedy: 'npx fer data' },
		{ name: 'Jupyter', state: 'fault', found: 'no kernel', remedy: 'npm run setup' },
	]);
	assert.equal(
		text,
		[
			'✓ Node     20.20.2',
			'- FER2013  not found',
			'           → npx fer data',
			'✗ Jupyter  no kernel',
			'           → npm run setup',
		].join('\n'),
	);
});
