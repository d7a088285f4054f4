import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instructionsOf } from '../../../cli/doctor/machine';

test('the instructions of an x86 and an ARM processor are read from /proc/cpuinfo', () => {
	// Abridged from an AMD EPYC 9R14 and an Ampere Altra.
	const epyc = 'processor\t: 0\nmodel name\t: AMD EPYC 9R14\nflags\t\t: fpu sse4_2 avx2 avx512f avx512dq avx512_bf16\n';
	const altra = 'processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd evtstrm aes\nCPU implementer\t: 0x41\n';
	assert.deepEqual(instructionsOf(epyc), ['AVX2', 'AVX-512', 'AVX-512 BF16']);
	assert.deepEqual(instructionsOf(altra), ['NEON']);
	assert.deepEqual(instructionsOf(''), []);
});
