import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { PixelFile } from '../../../lib/data/pixelFile';
import { readClassFolders } from '../../../lib/data/readers/classFolders';
import type { ImageOptions } from '../../../lib/data/readers/faceSet';
import type { Progress } from '../../../lib/progress';
import { bytesOf } from '../bytesOf';
import { makeZip, plainPng, temporaryFolder, writeFiles } from './sources';

const FORM = { size: 8, channels: 1 } as const;

/** Images of 8x8 pixels in two class folders, their values in turn. */
async function writeImages(folder: string, count: number): Promise<void> {
	const plain = await Promise.all(Array.from({ length: 50 }, (_, value) => plainPng(value, 8)));
	const entries = Array.from({ length: count }, (_, at) => {
		return [`${at % 2 ? 'cats' : 'dogs'}/${String(at).padStart(5, '0')}.png`, plain[at % 50]] as const;
	});
	writeFiles(folder, Object.fromEntries(entries));
}

/** Reads a source with a cache, and tells which stages there were. */
async function read(source: string, cacheFolder: string | undefined, options: ImageOptions = {}) {
	const stages = new Map<string, number>();
	const onProgress = ({ stage, done }: Progress) => void (stages.has(stage) || stages.set(stage, done));
	const faces = await readClassFolders(source, { ...FORM, cacheFolder, onProgress, ...options });
	return { faces, stages: [...stages.keys()], startedAt: [...stages.values()][0] };
}

async function folders(t: TestContext, count = 20) {
	const folder = temporaryFolder(t);
	const [source, cache] = [path.join(folder, 'pets'), path.join(folder, 'cache')];
	await writeImages(source, count);
	return { source, cache };
}

for (const [what, memoryBytes] of [
	['in memory', 1e6],
	['on disk', 0],
] as const) {
	test(`images ${what} are decoded once, and the same as without a cache`, async (t) => {
		const { source, cache } = await folders(t);
		const { faces: plain } = await read(source, undefined);
		const { faces: first, stages } = await read(source, cache, { memoryBytes });
		assert.deepEqual(stages, ['Decoding the images of pets']);
		const { faces: second, stages: later } = await read(source, cache, { memoryBytes });
		assert.deepEqual(later, ['Reading the cached pets']);
		for (const { dataset, ...about } of [first, second]) {
			const { dataset: expected, ...expectedAbout } = plain;
			assert.deepEqual(about, expectedAbout);
			assert.deepEqual(bytesOf(dataset), bytesOf(expected));
			assert.deepEqual({ ...dataset, pixels: 0 }, { ...expected, pixels: 0 });
			assert.equal(dataset.pixels instanceof PixelFile, what === 'on disk');
		}
		assert.deepEqual(
			readdirSync(cache).map((name) => path.extname(name)),
			['.dataset'],
		);
	});
}

test('a changed source, other form or other classes are read anew; a damaged cache counts as absent', async (t) => {
	const { source, cache } = await folders(t);
	const isCached = async (options: ImageOptions = {}) =>
		(await read(source, cache, { memoryBytes: 0, ...options })).stages.some((stage) => stage.startsWith('Reading'));
	assert.deepEqual([await isCached(), await isCached()], [false, true]);
	assert.equal(await isCached({ size: 9 }), false);
	assert.equal(await isCached({ classes: ['cats'] }), false);
	utimesSync(path.join(source, 'cats', '00001.png'), 1, 1);
	assert.deepEqual([await isCached(), await isCached()], [false, true]);
	writeFileSync(path.join(source, 'dogs', 'more.png'), await plainPng(9, 8));
	assert.deepEqual([await isCached(), await isCached()], [false, true]);
	for (const name of readdirSync(cache)) {
		const content = readFileSync(path.join(cache, name));
		content[5] ^= 1;
		writeFileSync(path.join(cache, name), content);
	}
	assert.deepEqual([await isCached(), await isCached()], [false, true]);
	for (const name of readdirSync(cache)) truncateSync(path.join(cache, name), 100);
	assert.deepEqual([await isCached(), await isCached()], [false, true]);
});

test('archives are cached too', async (t) => {
	const folder = temporaryFolder(t);
	const content = await plainPng(3, 8);
	const file = path.join(folder, 'pets.zip');
	writeFileSync(file, makeZip([...'ab'].map((name) => ({ name: `${name}/1.png`, content }))));
	const [first, second] = [await read(file, folder, { memoryBytes: 0 }), await read(file, folder, { memoryBytes: 0 })];
	assert.deepEqual(second.stages, ['Reading the cached pets']);
	assert.deepEqual(second.faces, { ...first.faces, dataset: second.faces.dataset });
});

test('unreadable files close no gap with pixels of others, and refused data leave nothing behind', async (t) => {
	const { source, cache } = await folders(t, 6);
	writeFileSync(path.join(source, 'cats', '00003.png'), 'no image');
	const listed = { unreadable: 'list' } as const;
	await assert.rejects(read(source, cache, { memoryBytes: 0 }), /Expected complete images in pets but received 1 that/);
	assert.deepEqual(readdirSync(cache), []);
	const { faces } = await read(source, cache, { memoryBytes: 0, ...listed });
	assert.deepEqual(bytesOf(faces.dataset), bytesOf((await read(source, undefined, listed)).faces.dataset));
	assert.equal(faces.names.length, 5);
	assert.equal((await read(source, cache, { memoryBytes: 0, ...listed })).faces.unreadable[0].name, 'cats/00003.png');
	await assert.rejects(read(source, cache, { memoryBytes: 0 }), /Expected complete images/);
});

test('decoding that is killed goes on where it was', async (t) => {
	const { source, cache } = await folders(t, 560);
	const script = `
		import { readClassFolders } from ${JSON.stringify(path.resolve('lib/data/readers/classFolders'))};
		const onProgress = ({ done }) => done > 0.6 && process.kill(process.pid, 'SIGKILL');
		void readClassFolders(${JSON.stringify(source)}, {
			size: 8, channels: 1, memoryBytes: 0, cacheFolder: ${JSON.stringify(cache)}, onProgress,
		});`;
	const program = path.join(path.dirname(source), 'killed.ts');
	writeFileSync(program, script);
	const { signal } = spawnSync(process.execPath, ['--import', 'tsx', program]);
	assert.equal(signal, 'SIGKILL');
	assert.deepEqual(
		readdirSync(cache)
			.map((name) => name.replace(/^[^.]+/, ''))
			.sort(),
		['.dataset.done', '.dataset.lock', '.dataset.part'],
	);
	const { faces, startedAt } = await read(source, cache, { memoryBytes: 0 });
	assert.ok(startedAt >= 0.45 && startedAt < 0.6, `started at ${startedAt}`);
	const values = faces.names.map((name) => Number(path.basename(name, '.png')) % 50);
	assert.deepEqual(
		[...bytesOf(faces.dataset)],
		values.flatMap((value) => Array<number>(64).fill(value)),
	);
	assert.equal(readdirSync(cache).length, 1);
});

test('a cache that cannot be written is told for what needs it, and passed over for what does not', async (t) => {
	const { source } = await folders(t, 4);
	const place = path.join(source, 'cats', '00001.png', 'cache');
	await assert.rejects(read(source, place, { memoryBytes: 0 }), {
		name: 'DataError',
		message: /^Expected a folder that can be written in cache but received ENOTDIR\. Data sets larger/,
	});
	assert.equal((await read(source, place)).faces.names.length, 4);
});
