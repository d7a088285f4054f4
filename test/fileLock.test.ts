import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { describeOwner, isOwn, type LockOwner, tryLock, withLock } from '../lib/fileLock';

let folder: string;
let file: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'lock-'));
	file = join(folder, 'x.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SINCE = '2026-01-02T03:04:05.000Z';

/** Writes a lock, and tries to take it. */
function tryOver(owner: Partial<LockOwner>) {
	writeFileSync(file, JSON.stringify({ pid: process.ppid, host: hostname(), since: SINCE, ...owner }));
	return tryLock(file);
}

describe('tryLock', () => {
	it('takes a lock once and names its owner, until it is released', () => {
		const first = tryLock(file);
		assert.ok(first.release);
		const second = tryLock(file);
		assert.ok(!second.release && second.owner && isOwn(second.owner));
		assert.match(describeOwner(second.owner), new RegExp(`^one by process ${process.pid} since \\d{4}-.* UTC$`));
		first.release();
		assert.deepEqual(readdirSync(folder), []);
		assert.ok(tryLock(file).release);
	});

	it('respects the lock of a process that runs, and any of another machine', () => {
		assert.ok(!tryOver({}).release);
		const other = tryOver({ pid: 2 ** 30, host: 'elsewhere' });
		assert.ok(!other.release);
		assert.equal(describeOwner(other.owner), `one by process ${2 ** 30} on elsewhere since 2026-01-02 03:04 UTC`);
	});

	it('takes over the lock of a process that has ended', () => {
		const { pid } = spawnSync(process.execPath, ['-e', '']);
		assert.ok(tryOver({ pid }).release);
		assert.deepEqual(readdirSync(folder), ['x.lock']);
	});

	it('takes over a lock whose number another process has now', { skip: process.platform !== 'linux' }, () => {
		for (const pid of [process.ppid, 1]) assert.ok(tryOver({ pid, start: 'another boot:1' }).release);
	});

	it('leaves alone what names no process, and follows no link', () => {
		const target = join(folder, 'target');
		for (const make of [
			() => writeFileSync(file, ''),
			() => writeFileSync(file, '{"pid":-1,"host":"x"}'),
			() => mkdirSync(file),
			() => symlinkSync(target, file),
		]) {
			make();
			assert.deepEqual(tryLock(file), { owner: undefined });
			rmSync(file, { recursive: true, force: true });
		}
		assert.ok(!existsSync(target));
		assert.equal(describeOwner(undefined), 'a lock that names no process');
	});

	it('releases only its own lock', () => {
		const mine = tryLock(file);
		const other = JSON.stringify({ pid: process.ppid, host: hostname(), since: SINCE });
		rmSync(file);
		writeFileSync(file, other);
		mine.release?.();
		assert.equal(readFileSync(file, 'utf8'), other);
	});

	it('knows the owner of the lock of the set-up', async () => {
		const { withLock: lockSetUp } = await import('../scripts/setup/lock.mjs');
		const held = await lockSetUp(
			folder,
			async () => tryLock(join(folder, 'runs', 'setup', 'set-up.lock')),
			assert.fail,
		);
		assert.ok(!held.release && held.owner && isOwn(held.owner));
	});
});

describe('withLock', () => {
	it('lets one process work at a time, also where all find a stale lock', { timeout: 60_000 }, async () => {
		const counter = join(folder, 'counter');
		writeFileSync(counter, '0');
		const { pid } = spawnSync(process.execPath, ['-e', '']);
		writeFileSync(`${counter}.lock`, JSON.stringify({ pid, host: hostname(), since: SINCE }));
		const script = join(__dirname, 'fixtures', 'lockProcess.ts');
		const run = () => promisify(execFile)(process.execPath, ['--import', 'tsx', script, counter, '30']);
		await Promise.all([run(), run(), run()]);
		assert.equal(readFileSync(counter, 'utf8'), '90');
		assert.deepEqual(readdirSync(folder), ['counter']);
	});

	it('waits for longer than one owner may take if owners change', async () => {
		const hold = (since: string) => writeFileSync(file, JSON.stringify({ pid: process.ppid, host: hostname(), since }));
		hold('0');
		let turn = 0;
		const timer = setInterval(() => (++turn < 6 ? hold(String(turn)) : rmSync(file)), 400);
		try {
			assert.equal(await withLock(file, async () => turn, 1.6), 6);
		} finally {
			clearInterval(timer);
		}
	});

	it('says who holds the lock when it has waited long enough, and releases after an error', async () => {
		writeFileSync(file, JSON.stringify({ pid: process.ppid, host: hostname(), since: SINCE }));
		await assert.rejects(withLock(file, assert.fail, 0), {
			name: 'DataError',
			message: new RegExp(
				`^Expected no other change in x but received one by process ${process.ppid} since .* delete `,
			),
		});
		rmSync(file);
		const fail = async () => {
			throw new Error('failed');
		};
		await assert.rejects(withLock(file, fail), /failed/);
		assert.deepEqual(readdirSync(folder), []);
	});
});
