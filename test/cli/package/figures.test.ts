import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { figuresTable, type JudgedWeights } from '../../../cli/package/figures';

const row = (network: string, bits: number, accuracy: number): JudgedWeights => ({
	...{ network, bits, bytes: bits * 1e6, sha256: '', protocol: 'official', backbone: 'efficientnet-lite0', seed: 42 },
	...{ n: 3589, accuracy, ttaAccuracy: accuracy + 0.01 },
});

describe('figuresTable', () => {
	const latency = {
		...{ browser: 'Chromium 1', cpu: 'a processor', cores: 2 },
		rows: [
			{ name: 'fer-emotion-model', network: 'small', bits: 16, backend: 'wasm', p50: 8.12 },
			{ name: 'fer-emotion-model', network: 'small', bits: 16, backend: 'webgl', p50: 86.3 },
			{ name: 'fer-emotion-model', network: 'default', bits: 8, backend: 'wasm' },
			{ name: 'another', backend: 'wasm', p50: 1 },
		],
	};

	it('has the latency of each network in each number of bits, and leaves out what was not measured', () => {
		const lines = figuresTable([row('default', 8, 0.72), row('small', 16, 0.7)], latency).split('\n');
		assert.match(
			lines[0],
			/^Accuracy on PrivateTest of FER2013, n = 3,589\. .* headless Chromium 1 without a GPU, 2 cores/,
		);
		assert.equal(lines[4], '| `default` | efficientnet-lite0 | 8 | 8.0 MB | 72.00 % | 73.00 % |  |  |');
		assert.equal(lines[5], '| `small` | efficientnet-lite0 | 16 | 16.0 MB | 70.00 % | 71.00 % | 8.1 ms | 86 ms |');
	});

	it('says nothing of a machine where no latency was measured', () => {
		const [first] = figuresTable([row('default', 16, 0.72)]).split('\n');
		assert.equal(first, 'Accuracy on PrivateTest of FER2013, n = 3,589.');
	});
});
