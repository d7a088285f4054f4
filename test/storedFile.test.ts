import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { readStoredFile } from '../lib/storedFile';
import { temporaryFolder } from './data/readers/sources';

it('readStoredFile says what it found instead of a file', async (context) => {
	const folder = temporaryFolder(context);
	writeFileSync(join(folder, 'a.json'), '{}');
	mkdirSync(join(folder, 'b.json'));
	assert.equal(String(await readStoredFile(join(folder, 'a.json'), 'Try again.')), '{}');
	for (const [path, found] of [
		[join(folder, 'none.json'), 'no such file'],
		[join(folder, 'none', 'none.json'), 'no such folder'],
		[join(folder, 'a.json', 'none.json'), 'a file in place of that folder'],
		[join(folder, 'b.json'), 'a folder of that name'],
	]) {
		const message = new RegExp(`^Expected \\w+\\.json in the folder .* but received ${found}\\. Try again\\.$`);
		await assert.rejects(readStoredFile(path, 'Try again.'), { name: 'DataError', message });
	}
});
