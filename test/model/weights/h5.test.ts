// The files are made by fixtures/weights/make_fixtures.py.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readH5 } from '../../../lib/model/weights/h5';

const fixture = (name: string) => join(__dirname, '..', '..', 'fixtures', 'weights', `${name}.h5`);
const folder = mkdtempSync(join(tmpdir(), 'h5-'));
after(() => rmSync(folder, { recursive: true }));

async function refuses(path: string, message: RegExp): Promise<void> {
	await assert.rejects(readH5(path), { name: 'DataError', message });
}

describe('readH5', () => {
	for (const [name, kind] of [
		['weights', 'weights alone'],
		['model', 'a whole model'],
		['old', 'weights as Keras 2 and keras.applications write them'],
	]) {
		it(`reads ${kind}`, async () => {
			const tensors = await readH5(fixture(name));
			const read = Object.fromEntries([...tensors].map(([key, { shape, values }]) => [key, [shape, [...values]]]));
			// The weights are counted through: 12 of the kernel, and 3 each of the normalisation.
			assert.deepEqual(read, {
				'conv/kernel': [
					[1, 2, 2, 3],
					[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
				],
				'bn/gamma': [[3], [12, 13, 14]],
				'bn/beta': [[3], [15, 16, 17]],
				'bn/moving_mean': [[3], [18, 19, 20]],
				'bn/moving_variance': [[3], [21, 22, 23]],
			});
			for (const { values } of tensors.values()) assert.ok(values instanceof Float32Array);
		});
	}

	it('refuses what is no HDF5 file, or is cut short', async () => {
		const bytes = readFileSync(fixture('weights'));
		const cases: [string, Uint8Array, string][] = [
			['text.h5', Buffer.from('not a weight file'), 'file signature not found'],
			['nothing.h5', Buffer.alloc(0), 'file signature not found'],
			['short.h5', bytes.subarray(0, bytes.length / 2), 'truncated file: eof = 8532, .*'],
			['damaged.h5', Buffer.concat([bytes.subarray(0, 3000), Buffer.alloc(bytes.length - 3000)]), '.+'],
		];
		for (const [name, content, found] of cases) {
			writeFileSync(join(folder, name), content);
			const message = `^Expected a Keras \\.h5 weight file in ${name} but received ${found}\\. Download it again, or save it again with Keras\\.$`;
			await refuses(join(folder, name), new RegExp(message));
		}
	});

	it('refuses a file without layers', async () => {
		await refuses(
			fixture('empty'),
			/^Expected layers in empty\.h5 but received none\. Download it again, or save it again with Keras\.$/,
		);
	});

	it('says so where there is no file', async () => {
		await assert.rejects(readH5(join(folder, 'none.h5')), { code: 'ENOENT' });
	});

	it('reads a file again after a bad one, and many times', async () => {
		await assert.rejects(readH5(join(folder, 'text.h5')));
		const first = await readH5(fixture('weights'));
		for (let i = 0; i < 20; i++) assert.deepEqual(await readH5(fixture('weights')), first);
	});
});
