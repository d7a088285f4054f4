import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { type Metrics, machine, readMetrics, readStored, writeMetrics } from '../../lib/evaluation/storedMetrics';
import { FULL } from '../../lib/profiles';
import { temporaryFolder } from '../data/readers/sources';

const dataset = { name: 'FER2013', drawn: false, fingerprint: 'f' };

it('readMetrics reads what was written', async (context) => {
	const folder = temporaryFolder(context);
	const metrics = { name: 'tiny', n: 7178, dataset, machine: machine(), config: FULL } as unknown as Metrics;
	await writeMetrics(folder, metrics);
	assert.deepEqual(await readMetrics(folder), metrics);
	assert.match(readFileSync(join(folder, 'metrics.json'), 'utf8'), /^{\n\t"name": "tiny",.*}\n$/s);
});

it('readMetrics reads older files under the names of today', async (context) => {
	const folder = temporaryFolder(context);
	const computer = { cpu: 'a processor', cores: 2, node: 'v20.0.0' };
	const stored = {
		profile: 'full',
		protocol: 'seed',
		n: 5,
		dataset,
		machine: { ...computer, tensorflow: 'tfjs 4.22.0' },
	};
	writeFileSync(join(folder, 'metrics.json'), JSON.stringify({ ...stored, config: { ...FULL, protocol: 'seed' } }));
	assert.deepEqual(await readMetrics(folder), {
		name: 'full',
		protocol: 'holdout',
		n: 5,
		dataset,
		machine: { ...computer, tfjs: '4.22.0' },
		config: { ...FULL, protocol: 'holdout' },
	});
});

it('readMetrics says what to do if the file is missing or damaged', async (context) => {
	const folder = temporaryFolder(context);
	await assert.rejects(readMetrics(folder), {
		name: 'DataError',
		message: /metrics\.json.*no such file.*Run the notebook/,
	});
	for (const [content, found] of [
		['{', 'a damaged file that ends with "{"'],
		[JSON.stringify({ config: FULL }).slice(0, -30), 'a damaged file that ends with ".*"'],
		['', 'an empty file'],
		['null', 'a damaged file with null'],
		['[]', 'a damaged file with a list'],
	]) {
		writeFileSync(join(folder, 'metrics.json'), content);
		const message = new RegExp(
			`^Expected \\w+( \\w+)? in metrics\\.json of the folder .* but received ${found}\\. Run the notebook`,
		);
		await assert.rejects(readMetrics(folder), { name: 'DataError', message });
	}
});

it('readMetrics says which field of those that a model needs is missing or not valid', async (context) => {
	const folder = temporaryFolder(context);
	const { tta: _, ...withoutTta } = FULL;
	const { imageSize: __, ...withoutSize } = FULL;
	for (const [metrics, field, received] of [
		[{ dataset }, 'the field config\\.seed \\(number\\)', 'none'],
		[{ dataset, config: withoutTta }, 'the field config\\.tta\\.views \\(string\\)', 'none'],
		[{ dataset, config: withoutSize }, 'the field config\\.imageSize \\(number\\)', 'none'],
		[{ dataset, config: { ...FULL, imageSize: '96' } }, 'the field config\\.imageSize \\(number\\)', '"96"'],
		[
			{ dataset, config: { ...FULL, tta: { ...FULL.tta, views: 'some' } } },
			'one of .* for config\\.tta\\.views',
			'"some"',
		],
		[{ dataset, config: { ...FULL, imageSize: 96.5 } }, '.* for config\\.imageSize', '96.5'],
		[{ config: FULL }, 'the field dataset\\.name \\(string\\)', 'none'],
	] as const) {
		writeFileSync(join(folder, 'metrics.json'), JSON.stringify(metrics));
		const message = new RegExp(`^Expected ${field} in metrics\\.json of the folder .* but received ${received}\\. Run`);
		await assert.rejects(readMetrics(folder), { name: 'DataError', message });
	}
});

it('readStored names the field that another file lacks', async (context) => {
	const file = join(temporaryFolder(context), 'history.json');
	writeFileSync(file, '{"phase1": [], "phase2": 3}');
	assert.deepEqual(await readStored(file, 'Train.', { phase1: 'object' }), { phase1: [], phase2: 3 });
	await assert.rejects(readStored(file, 'Train.', { phase1: 'object', phase2: 'object' }), {
		name: 'DataError',
		message: /^Expected the field phase2 \(object\) in history\.json of the folder .* but received 3\. Train\.$/,
	});
});

it('machine names processor and versions', () => {
	const { cpu, cores, node, tfjs, tensorflow } = machine();
	assert.ok(cpu.length > 0 && cores > 0);
	assert.equal(node, process.version);
	assert.match(tfjs, /^\d+\.\d+\.\d+$/);
	assert.match(String(tensorflow), /^\d+\.\d+\.\d+/);
});
