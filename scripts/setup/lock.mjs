// @ts-check
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Tells whether a process runs.
 * @param {number} pid
 */
function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
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
	// Outside of the folder: the set-up empties node_modules and .venv, where it could lie out of git's sight.
	const file = path.join(os.tmpdir(), `fer-setup-${name}.lock`);
	const own = `${file}.${process.pid}`;
	fs.writeFileSync(own, String(process.pid));
	for (let told = false; ; told = true) {
		try {
			fs.linkSync(own, file); // atomic: the lock never stands there empty
			break;
		} catch (error) {
			if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
		}
		const owner = Number(fs.existsSync(file) && fs.readFileSync(file, 'utf8'));
		if (!owner || !isAlive(owner)) fs.rmSync(file, { force: true });
		else {
			if (!told) onWait(owner, file);
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
