// @ts-check
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

/** @type {Record<string, string>} */
const TYPES = {
	'.html': 'text/html',
	'.js': 'text/javascript',
	'.mjs': 'text/javascript',
	'.json': 'application/json',
};

/** Serves a folder on the loopback interface. @param {string} folder */
export async function serveFolder(folder) {
	const server = http.createServer((request, response) => {
		const { pathname } = new URL(request.url ?? '', 'http://localhost');
		const file = path.join(
			folder,
			path.normalize(decodeURIComponent(pathname.endsWith('/') ? `${pathname}index.html` : pathname)),
		);
		if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end();
		response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
		fs.createReadStream(file).pipe(response);
	});
	await /** @type {Promise<void>} */ (new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)));
	const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
	return { address: `http://localhost:${port}/`, close: () => void server.close() };
}
