import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { OWN_PNG } from '../../../cli/ownOutput';
import { planCopies } from '../../../cli/results/copies';
import { svgToPng } from '../../../lib/data/image';
import { plainPng, temporaryFolder } from '../../data/readers/sources';

const photo = (file: string, below = file) => ({ file, below });

/** The copies relative to their folder. */
async function plan(folder: string, files: readonly ReturnType<typeof photo>[]): Promise<Record<string, string>> {
	const copies = await planCopies(files, folder, { sources: 'photos', option: '--annotate', output: OWN_PNG });
	return Object.fromEntries([...copies].map(([file, copy]) => [file, relative(folder, copy)]));
}

const problem = (message: RegExp) => ({ name: 'Problem', message });

describe('planCopies', () => {
	it('mirrors folders, and keeps apart photos that differ in their endings', async (t) => {
		const folder = join(temporaryFolder(t), 'new', 'out');
		const files = [
			photo('in/a.jpg', 'a.jpg'),
			photo('in/one/a.jpg', 'one/a.jpg'),
			photo('in/two/a.jpg', 'two/a.jpg'),
			photo('in/b.jpg', 'b.jpg'),
			photo('in/b.png', 'b.png'),
		];
		assert.deepEqual(await plan(folder, files), {
			'in/a.jpg': 'a.png',
			'in/one/a.jpg': join('one', 'a.png'),
			'in/two/a.jpg': join('two', 'a.png'),
			'in/b.jpg': 'b.jpg.png',
			'in/b.png': 'b.png.png',
		});
		assert.ok(existsSync(folder));
	});

	it('refuses names that two copies would share', async (t) => {
		const folder = join(temporaryFolder(t), 'out');
		const message = /^Expected photos with different names for --annotate but received one\/a\.jpg and two\/a\.jpg\./;
		await assert.rejects(plan(folder, [photo('one/a.jpg', 'a.jpg'), photo('two/a.jpg', 'a.jpg')]), problem(message));
		const tricky = [photo('a.jpg'), photo('a.png'), photo('a.jpg.webp')];
		await assert.rejects(plan(folder, tricky), problem(/received a\.jpg and a\.jpg\.webp/));
		assert.equal(existsSync(folder), false);
	});

	it('refuses to replace a photo by its own copy, or by that of another', async (t) => {
		const folder = temporaryFolder(t);
		const [own, other] = ['a.png', 'b.jpg'].map((name) => join(folder, name));
		for (const file of [own, other, join(folder, 'b.png')]) writeFileSync(file, await plainPng(7));
		const message = /^Expected a folder without the photos themselves for --annotate but received .*a\.png would be/;
		await assert.rejects(plan(folder, [photo(own, 'a.png')]), problem(message));
		// b.png is none of the photos.
		await assert.rejects(plan(folder, [photo(other, 'b.jpg')]), problem(/a file that fer did not write: .*b\.png/));
	});

	it('replaces its own copies, but no link to one, and looks at all names first', async (t) => {
		const folder = temporaryFolder(t);
		const drawn = await svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>');
		writeFileSync(join(folder, 'a.png'), drawn);
		assert.deepEqual(await plan(folder, [photo('a.jpg')]), { 'a.jpg': 'a.png' });
		symlinkSync('a.png', join(folder, 'z.png'));
		mkdirSync(join(folder, 'y.png'));
		await assert.rejects(plan(folder, [photo('a.jpg'), photo('z.jpg')]), problem(/received a link: .*z\.png/));
		await assert.rejects(plan(folder, [photo('a.jpg'), photo('y.jpg')]), problem(/received a folder: .*y\.png/));
	});
});
