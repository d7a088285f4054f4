// @ts-check
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** @param {unknown} error */
const codeOf = (error) => /** @type {NodeJS.ErrnoException} */ (error).code;

/** Checks whether a process runs. @param {number} pid */
function isAlive(pid) {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return codeOf(error) === 'EPERM';
	}
}

/**
 * Runs work while no other process does so for the same folder; waits for one that does.
 * @template T
 * @param {string} folder
 * @param {() => Promise<T>} work
 * @param {(pid: number, file: string) => void} onWait
 * @returns {Promise<T>}
 */
export async function withLock(folder, work, onWait) {
	const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
	// Outside of the folder: the set-up empties node_modules and .venv, and git would see it elsewhere.
	const file = path.join(os.tmpdir(), `fer-setup-${name}.lock`);
	const own = `${file}.${process.pid}`;
	fs.writeFileSync(own, String(process.pid));
	for (let isFirst = true; ; isFirst = false) {
		try {
			fs.linkSync(own, file); // atomic: the lock is never empty
			break;
		} catch (error) {
			if (codeOf(error) !== 'EEXIST') throw error;
		}
		const owner = Number(fs.existsSync(file) && fs.readFileSync(file, 'utf8'));
		if (!owner || !isAlive(owner)) fs.rmSync(file, { force: true });
		else {
			if (isFirst) onWait(owner, file);
			await sleep(500);
		}
	}
	fs.rmSync(own);
	const release = () => fs.rmSync(file, { force: true });
	process.once('exit', release);
	try {
		return await work();
	} finally {
		release();
		process.removeListener('exit', release);
	}
}
