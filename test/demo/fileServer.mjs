// @ts-check
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

/** @typedef {{type?: string, headers?: Record<string, string>, body?: Buffer, status?: number}} Change */

/** @type {Record<string, string>} */
const TYPES = {
	'.html': 'text/html',
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.json': 'application/json',
	'.wasm': 'application/wasm',
	'.svg': 'image/svg+xml',
	'.webmanifest': 'application/manifest+json',
};
/** Where the page is. */
const FOLDER = '/page/';

/**
 * Serves the page in a folder of a server, as one does that may be set up wrongly.
 * @param {string} folder
 * @param {(name: string) => Change | undefined} change What is different about a file.
 */
export async function serveFiles(folder, change) {
	const server = http.createServer((request, response) => {
		const name = decodeURIComponent(new URL(request.url ?? '', 'http://localhost').pathname).slice(FOLDER.length);
		const file = path.join(folder, name);
		const { type, headers = {}, body, status = fs.existsSync(file) ? 200 : 404 } = change(name) ?? {};
		const extension = path.extname(name);
		response.writeHead(status, { 'Content-Type': type ?? TYPES[extension] ?? 'application/octet-stream', ...headers });
		response.end(body ?? (status === 200 ? fs.readFileSync(file) : ''));
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
	const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
	return {
		address: `http://127.0.0.1:${port}${FOLDER}index.html`,
		close: () => {
			server.close();
			server.closeAllConnections();
		},
	};
}
