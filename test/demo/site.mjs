// @ts-check
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { preview } from 'vite';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
/** The models that the page is built with: its default, and one to choose. */
export const MODEL = path.join(ROOT, 'models', 'official');
export const OTHER_MODEL = path.join(ROOT, 'models', 'official-distilled');

/** The page as its command builds it, served as files. */
export class Site {
	/** @private @param {string} folder @param {import('vite').PreviewServer} server */
	constructor(folder, server) {
		this.folder = folder;
		this.server = server;
		this.origin = new URL(server.resolvedUrls?.local[0] ?? '').origin;
	}

	/** @param {...string} models Their folders; by default those that the command takes itself. */
	static async build(...models) {
		const top = fs.mkdtempSync(path.join(os.tmpdir(), 'fer-demo-'));
		const folder = path.join(top, 'a folder');
		const command = [
			path.join(ROOT, 'dist', 'cli', 'commands', 'program.js'),
			'demo',
			'--build',
			'--to',
			folder,
			...models.flatMap((model) => ['--model', model]),
		];
		execFileSync(process.execPath, command, { cwd: ROOT, stdio: 'pipe' });
		// In a folder of the server, as pages often are.
		fs.mkdirSync(path.join(top, 'served'));
		fs.symlinkSync(folder, path.join(top, 'served', 'page'));
		const server = await preview({
			root: top,
			configFile: false,
			appType: 'mpa',
			logLevel: 'error',
			build: { outDir: 'served' },
			preview: { host: '127.0.0.1', port: 0 },
		});
		return new Site(folder, server);
	}

	/** The page's address. */
	address() {
		return `${this.origin}/page/index.html`;
	}

	async close() {
		await this.server.close();
		fs.rmSync(path.dirname(this.folder), { recursive: true, force: true });
	}
}
