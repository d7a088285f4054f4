import { closeSync, constants, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataError } from './errors';

// scripts/setup/lock.mjs locks the set-up in the same way and format, before this file is compiled.

/** The process that holds a lock: the content of its file. */
export interface LockOwner {
	readonly pid: number;
	/** When the process started, where the system tells it: a later process may have the same number. */
	readonly start?: string;
	readonly host: string;
	/** When it took the lock, as an ISO date. */
	readonly since: string;
}

/** A lock that was taken, or who holds it; `owner` is absent from a file that names no process. */
export type Attempt = Readonly<{ release: () => void }> | Readonly<{ owner?: LockOwner; release?: undefined }>;

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';

/** When a process started, in ticks since this boot of Linux; undefined elsewhere, or if there is no such process. */
function startOf(pid: number): string | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// Fields from the third on; the second, the program's name, may contain spaces and parentheses.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		// A killed process whose parent has not noticed yet.
		if (fields[0] === 'Z') return 'ended';
		return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`;
	} catch {
		return undefined;
	}
}

/** Whether there is a process of this number, another user's too. */
export function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return codeOf(error) === 'EPERM';
	}
}

/** Whether a lock's owner has ended. Of another machine's processes nothing is known, so their locks stay. */
function hasEnded({ pid, start, host }: LockOwner): boolean {
	if (host !== hostname()) return false;
	const current = startOf(pid);
	return !isAlive(pid) || (start !== undefined && current !== undefined && start !== current);
}

/** Whether a lock is held by this process. */
export function isOwn({ pid, start, host }: LockOwner): boolean {
	return pid === process.pid && host === hostname() && start === startOf(pid);
}

/** Reads a lock; undefined where there is none. Never follows a link or waits for a pipe. */
function readLock(file: string): string | undefined {
	const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
	let descriptor: number | undefined;
	try {
		descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
		return readFileSync(descriptor, 'utf8');
	} catch (error) {
		return codeOf(error) === 'ENOENT' ? undefined : '';
	} finally {
		if (descriptor !== undefined) closeSync(descriptor);
	}
}

function parseOwner(text: string): LockOwner | undefined {
	try {
		const owner = JSON.parse(text);
		const isOwner = Number.isSafeInteger(owner.pid) && owner.pid > 0;
		return isOwner && [owner.host, owner.since].every((each) => typeof each === 'string') ? owner : undefined;
	} catch {
		return undefined;
	}
}

/** Creates a lock with its content; false if the file exists already, whatever it is. */
function createLock(file: string, content: string): boolean {
	const draft = `${file}.${process.pid}.part`;
	rmSync(draft, { force: true });
	try {
		writeFileSync(draft, content, { flag: 'wx', flush: true });
		try {
			// A link appears with its whole content, and only where there is nothing.
			linkSync(draft, file);
		} catch (error) {
			// On file systems without hard links a reader may see the file before its content.
			if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error))) throw error;
			writeFileSync(file, content, { flag: 'wx' });
		}
		return true;
	} catch (error) {
		if (codeOf(error) === 'EEXIST') return false;
		throw error;
	} finally {
		rmSync(draft, { force: true });
	}
}

/** Removes the lock of a process that has ended; false if another process is at it. */
function removeStale(file: string, content: string): boolean {
	// Under a lock of its own: of two processes that find a stale lock, the slower one must not remove the new lock of the
	// faster one.
	const guard = tryLock(`${file}.stale`);
	if (!guard.release) return false;
	try {
		if (readLock(file) === content) rmSync(file, { force: true });
		return true;
	} finally {
		guard.release();
	}
}

/**
 * Takes a lock: a file that names this process. The lock of a process that has ended is taken over.
 * @returns How to release it, or who holds it; this process may be the one.
 */
export function tryLock(file: string): Attempt {
	const since = new Date().toISOString();
	const content = JSON.stringify({ pid: process.pid, start: startOf(process.pid), host: hostname(), since });
	while (!createLock(file, content)) {
		const held = readLock(file);
		// Released in the meantime.
		if (held === undefined) continue;
		const owner = parseOwner(held);
		if (!owner || !hasEnded(owner) || !removeStale(file, held)) return { owner };
	}
	return {
		release: () => {
			if (readLock(file) === content) rmSync(file, { force: true });
		},
	};
}

/** Names a lock's owner for a message, as in `one by process 12 since 2026-01-31 12:00 UTC`. */
export function describeOwner(owner: LockOwner | undefined): string {
	if (!owner) return 'a lock that names no process';
	const place = owner.host === hostname() ? '' : ` on ${owner.host}`;
	return `one by process ${owner.pid}${place} since ${owner.since.slice(0, 16).replace('T', ' ')} UTC`;
}

/** What to do about a lock that stays. */
export const removeLock = (file: string): string => `If that process has ended, delete ${file}.`;

/**
 * Does some short work while no other process does so under the same lock; waits for one that does.
 * @throws {DataError} If one owner holds the lock for longer than `seconds`.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, seconds = 120): Promise<T> {
	// Where many wait, each may take its turn on a slow disk: the time counts anew with each owner.
	let [owner, end] = ['', 0];
	for (;;) {
		const attempt = tryLock(file);
		if (attempt.release) {
			try {
				return await work();
			} finally {
				attempt.release();
			}
		}
		const current = JSON.stringify(attempt.owner ?? null);
		if (current !== owner) [owner, end] = [current, Date.now() + seconds * 1000];
		if (Date.now() >= end) {
			const guarded = basename(file, '.lock');
			throw new DataError('no other change', guarded, describeOwner(attempt.owner), removeLock(file));
		}
		await sleep(20);
	}
}
