import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { checkStudy, checkWritable, lockRun, runFolder } from '../../lib/training/runFolder';

let project: string;
beforeEach(() => {
	project = mkdtempSync(join(tmpdir(), 'project-'));
	mkdirSync(join(project, 'runs'));
	mkdirSync(join(project, 'models', 'official'), { recursive: true });
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

describe('runFolder', () => {
	it('is inside runs/, or inside the folder of a study there', () => {
		assert.equal(runFolder(project, 'a'), join(project, 'runs', 'a'));
		assert.equal(runFolder(project, 'a', 'name', 'study'), join(project, 'runs', 'study', 'a'));
		assert.throws(() => runFolder(project, '../models/official'), /Expected the name of a folder in runs\//);
		assert.throws(() => runFolder(project, 'a', 'name', '..'), /Expected the name of a folder in runs\//);
	});

	it('is no link, but runs/ may be one', () => {
		for (const target of ['../models/official', 'nowhere', 'b']) {
			const link = join(project, 'runs', 'a');
			symlinkSync(target, link);
			assert.throws(
				() => runFolder(project, 'a'),
				/^DataError: Expected a folder in runs\/a but received a link\. Choose/,
			);
			assert.throws(() => runFolder(project, 'x', 'name', 'a'), /in runs\/a but received a link/);
			rmSync(link);
		}
		const other = mkdtempSync(join(tmpdir(), 'linked-'));
		symlinkSync(join(project, 'runs'), join(other, 'runs'));
		assert.equal(runFolder(other, 'a'), join(other, 'runs', 'a'));
		rmSync(other, { recursive: true });
	});
});

describe('checkWritable', () => {
	it('refuses earlier trainings, studies and links inside a run', () => {
		const folder = join(project, 'runs', 'a');
		checkWritable(folder);
		assert.throws(
			() => checkWritable(`${folder}.old-2`),
			/a\.old-2 is an earlier training of a: use its settings and the name a\.$/,
		);
		mkdirSync(join(folder, 'fer2013', 'phase1'), { recursive: true });
		assert.throws(() => checkWritable(folder), /Expected a run in runs\/a but received a study of several runs/);
		rmSync(folder, { recursive: true });
		mkdirSync(folder);
		symlinkSync(join(project, 'models', 'official'), join(folder, 'model'));
		assert.throws(() => checkWritable(folder), /Expected no link in runs\/a but received model\./);
	});

	it('refuses a run as a study', () => {
		const folder = join(project, 'runs', 'a');
		mkdirSync(join(folder, 'phase1'), { recursive: true });
		assert.throws(() => checkStudy(folder), /Expected a study in runs\/a but received a single run/);
		assert.throws(() => checkWritable(join(folder, 'fer2013'), true), /Expected a study in runs\/a/);
	});
});

describe('lockRun', () => {
	it('refuses a run that another process trains, at once, and names it', () => {
		const folder = join(project, 'runs', 'a');
		const since = '2026-01-02T03:04:05.000Z';
		writeFileSync(`${folder}.lock`, JSON.stringify({ pid: process.ppid, host: hostname(), since }));
		assert.throws(() => lockRun(folder), {
			name: 'DataError',
			message:
				`Expected no other training in runs/a but received one by process ${process.ppid} since 2026-01-02 03:04 UTC. ` +
				`Wait for its end, or choose another name. If that process has ended, delete ${folder}.lock.`,
		});
		assert.ok(!existsSync(folder));
	});

	it('lets one process open a run again, and is released by the call that took it', () => {
		const folder = join(project, 'runs', 'a');
		const first = lockRun(folder);
		lockRun(folder).release();
		assert.deepEqual(readdirSync(join(project, 'runs')), ['a.lock']);
		first.release();
		assert.deepEqual(readdirSync(join(project, 'runs')), []);
	});
});
