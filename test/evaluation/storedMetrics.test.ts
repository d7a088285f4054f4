import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { type Metrics, machine, readMetrics, writeMetrics } from '../../lib/evaluation/storedMetrics';
import { FULL } from '../../lib/profiles';
import { temporaryFolder } from '../data/readers/sources';

it('readMetrics reads what was written', async (context) => {
	const folder = temporaryFolder(context);
	const metrics = { name: 'tiny', n: 7178, machine: machine(), config: FULL } as unknown as Metrics;
	await writeMetrics(folder, metrics);
	assert.deepEqual(await readMetrics(folder), metrics);
	assert.match(readFileSync(join(folder, 'metrics.json'), 'utf8'), /^{\n\t"name": "tiny",.*}\n$/s);
});

it('readMetrics reads older files under the names of today', async (context) => {
	const folder = temporaryFolder(context);
	const computer = { cpu: 'a processor', cores: 2, node: 'v20.0.0' };
	const stored = { profile: 'full', protocol: 'seed', n: 5, machine: { ...computer, tensorflow: 'tfjs 4.22.0' } };
	writeFileSync(join(folder, 'metrics.json'), JSON.stringify({ ...stored, config: { ...FULL, protocol: 'seed' } }));
	assert.deepEqual(await readMetrics(folder), {
		name: 'full',
		protocol: 'holdout',
		n: 5,
		machine: { ...computer, tfjs: '4.22.0' },
		config: FULL,
	});
});

it('readMetrics says what to do if the file is missing or damaged', async (context) => {
	const folder = temporaryFolder(context);
	await assert.rejects(readMetrics(folder), {
		name: 'DataError',
		message: /metrics\.json.*no such file.*Run the notebook/,
	});
	for (const content of ['{', 'null']) {
		writeFileSync(join(folder, 'metrics.json'), content);
		await assert.rejects(readMetrics(folder), { name: 'DataError', message: /metrics\.json.*a damaged file/ });
	}
});

it('machine names processor and versions', () => {
	const { cpu, cores, node, tfjs, tensorflow } = machine();
	assert.ok(cpu.length > 0 && cores > 0);
	assert.equal(node, process.version);
	assert.match(tfjs, /^\d+\.\d+\.\d+$/);
	assert.match(String(tensorflow), /^\d+\.\d+\.\d+/);
});
