import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { measureExports } from '../../../experiments/exports/measureExports';
import { createConfig } from '../../../lib/profiles';

const folder = mkdtempSync(join(tmpdir(), 'fer-exports-'));
const { FER2013_PATH } = process.env;
after(() => {
	rmSync(folder, { recursive: true });
	if (FER2013_PATH === undefined) delete process.env.FER2013_PATH;
	else process.env.FER2013_PATH = FER2013_PATH;
});

describe('fer experiment exports', () => {
	it('refuses what is no model, and a model of other data', async () => {
		await assert.rejects(measureExports(join(folder, 'none')), { name: 'DataError', message: /no such folder/ });
		for (const dataset of [
			{ name: 'RAF-DB', drawn: false, fingerprint: 'x' },
			{ name: 'sample faces', drawn: true, fingerprint: 'x' },
		]) {
			writeFileSync(join(folder, 'metrics.json'), JSON.stringify({ config: createConfig('smoke'), dataset }));
			await assert.rejects(measureExports(folder), {
				name: 'Problem',
				message: new RegExp(`^Expected a model of FER2013 for --model but received one of ${dataset.name}: `),
			});
		}
	});

	it('needs FER2013, before anything is installed', async () => {
		process.env.FER2013_PATH = join(folder, 'nowhere');
		await assert.rejects(measureExports(), { name: 'RangeError', message: /for FER2013_PATH but received/ });
	});
});
