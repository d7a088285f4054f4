import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { findFer2013 } from '../../../lib/data/readers/fer2013Place';
import { detectLayout } from '../../../lib/data/readers/readFaces';
import { kindOfSource } from '../../../lib/data/readers/source';
import { temporaryFolder } from './sources';

test('files, folders and links to them are told apart', (t) => {
	const folder = temporaryFolder(t);
	writeFileSync(path.join(folder, 'a'), 'x');
	symlinkSync('a', path.join(folder, 'link'));
	assert.deepEqual(
		[folder, path.join(folder, 'a'), path.join(folder, 'link')].map((place) => kindOfSource(place)),
		['folder', 'file', 'file'],
	);
});

test('what cannot be read, or would be read forever, is refused with the reason', async (t) => {
	const folder = temporaryFolder(t);
	const place = (name: string) => path.join(folder, name);
	execFileSync('mkfifo', [place('pipe')]);
	symlinkSync('nowhere', place('broken'));
	symlinkSync('loop', place('loop'));
	writeFileSync(place('file'), 'x');
	const server = createServer().listen(place('socket'));
	t.after(() => server.close());
	await new Promise((resolve) => server.once('listening', resolve));
	const cases: [string, string][] = [
		[place('pipe'), 'It is a named pipe: save the data in a file first.'],
		[place('socket'), 'It is a socket: save the data in a file first.'],
		['/dev/null', 'It is a device: save the data in a file first.'],
		[place('broken'), 'It is a link to something that does not exist.'],
		[place('loop'), 'It is a link that leads back to itself.'],
		[place('missing'), 'There is no such file or folder.'],
		[place('file/inside'), 'A part of the path is a file.'],
		[place('x'.repeat(300)), 'The name is too long for this system.'],
	];
	for (const [source, why] of cases) {
		const isRefused = (error: Error) => error.name === 'RangeError' && error.message.endsWith(why);
		await assert.rejects(detectLayout(source), isRefused, why);
		await assert.rejects(findFer2013({ environmentPath: source }), (error: Error) => {
			return isRefused(error) && error.message.includes('for FER2013_PATH but received');
		});
	}
});

test('a path that may not be followed is refused as such', { skip: process.getuid?.() !== 0 && 'needs root' }, (t) => {
	const folder = temporaryFolder(t);
	chmodSync(folder, 0o755);
	mkdirSync(path.join(folder, 'closed'));
	writeFileSync(path.join(folder, 'closed', 'a'), 'x');
	chmodSync(path.join(folder, 'closed'), 0o000);
	process.seteuid?.(65_534);
	try {
		assert.throws(() => kindOfSource(path.join(folder, 'closed', 'a')), /It may not be read: check its permissions\.$/);
	} finally {
		process.seteuid?.(0);
	}
});
