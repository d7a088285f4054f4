// @ts-check
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from './problem.mjs';

// lib/fileLock.ts locks runs in the same way and format. The set-up cannot use it: it is not compiled yet.

/** @typedef {{pid: number, start?: string, host: string, since: string}} Owner The process that holds a lock. */

/** @param {unknown} error */
const codeOf = (error) => /** @type {NodeJS.ErrnoException} */ (error).code ?? '';

/** When a process started, in ticks since this boot of Linux; undefined elsewhere. @param {number} pid */
function startOf(pid) {
	try {
		const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
		// Fields from the third on; the second, the program's name, may contain spaces and parentheses.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		// A killed process whose parent has not noticed yet.
		if (fields[0] === 'Z') return 'ended';
		return `${fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`;
	} catch {
		return undefined;
	}
}

/** @param {number} pid */
function isAlive(pid) {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return codeOf(error) === 'EPERM';
	}
}

/** Checks whether a lock's owner has ended; of another machine's processes nothing is known. @param {Owner} owner */
function hasEnded({ pid, start, host }) {
	if (host !== os.hostname()) return false;
	const current = startOf(pid);
	return !isAlive(pid) || (start !== undefined && current !== undefined && start !== current);
}

/** Reads a lock; undefined where there is none. Never follows a link or waits for a pipe. @param {string} file */
function readLock(file) {
	const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
	let descriptor;
	try {
		descriptor = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
		return fs.readFileSync(descriptor, 'utf8');
	} catch (error) {
		return codeOf(error) === 'ENOENT' ? undefined : '';
	} finally {
		if (descriptor !== undefined) fs.closeSync(descriptor);
	}
}

/** @param {string} text @returns {Owner | undefined} */
function parseOwner(text) {
	try {
		const owner = JSON.parse(text);
		const isOwner = Number.isSafeInteger(owner.pid) && owner.pid > 0;
		return isOwner && [owner.host, owner.since].every((each) => typeof each === 'string') ? owner : undefined;
	} catch {
		return undefined;
	}
}

/**
 * Creates a lock with its content; false if the file exists already, whatever it is.
 * @param {string} file
 * @param {string} content
 */
function createLock(file, content) {
	const draft = `${file}.${process.pid}.part`;
	fs.rmSync(draft, { force: true });
	try {
		fs.writeFileSync(draft, content, { flag: 'wx' });
		try {
			// A link appears with its whole content, and only where there is nothing.
			fs.linkSync(draft, file);
		} catch (error) {
			// File systems without hard links.
			if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error))) throw error;
			fs.writeFileSync(file, content, { flag: 'wx' });
		}
		return true;
	} catch (error) {
		if (codeOf(error) === 'EEXIST') return false;
		throw error;
	} finally {
		fs.rmSync(draft, { force: true });
	}
}

/**
 * Takes a lock, also that of a process that has ended; returns how to release it, or who holds it.
 * @param {string} file
 * @returns {{release: () => void} | {owner?: Owner, release?: undefined}}
 */
function tryLock(file) {
	const since = new Date().toISOString();
	const content = JSON.stringify({ pid: process.pid, start: startOf(process.pid), host: os.hostname(), since });
	while (!createLock(file, content)) {
		const held = readLock(file);
		if (held === undefined) continue; // released in the meantime
		const owner = parseOwner(held);
		if (!owner || !hasEnded(owner)) return { owner };
		// Under a lock of its own: of two processes that find a stale lock, the slower one must not remove the new lock of
		// the faster one.
		const guard = tryLock(`${file}.stale`);
		if (!guard.release) return { owner };
		if (readLock(file) === held) fs.rmSync(file, { force: true });
		guard.release();
	}
	return {
		release: () => {
			if (readLock(file) === content) fs.rmSync(file, { force: true });
		},
	};
}

/** Describes who holds a lock, and what to do if that is over. @param {string} file @param {Owner} [owner] */
function describeHolder(file, owner) {
	if (!owner) return `it names no process: rm "${file}"`;
	const place = owner.host === os.hostname() ? '' : ` on ${owner.host}`;
	return `process ${owner.pid}${place} since ${owner.since}; if there is none: rm "${file}"`;
}

/**
 * Runs work while no other process does so for the same clone; waits for one that does. The lock is in runs/setup: the
 * set-up empties node_modules and .venv.
 * @template T
 * @param {string} root The clone.
 * @param {() => Promise<T>} work
 * @param {(holder: string) => void} onWait
 * @returns {Promise<T>}
 * @throws {Problem} If the lock names no process, so that nobody may ever release it.
 */
export async function withLock(root, work, onWait) {
	const file = path.join(root, 'runs', 'setup', 'set-up.lock');
	fs.mkdirSync(path.dirname(file), { recursive: true });
	let attempt = tryLock(file);
	for (let isFirst = true; !attempt.release; isFirst = false) {
		const holder = describeHolder(file, attempt.owner);
		if (!attempt.owner) throw new Problem(`Another set-up of this folder holds its lock (${holder}).`);
		if (isFirst) onWait(holder);
		await sleep(500);
		attempt = tryLock(file);
	}
	const { release } = attempt;
	process.once('exit', release);
	try {
		return await work();
	} finally {
		release();
		process.removeListener('exit', release);
	}
}
