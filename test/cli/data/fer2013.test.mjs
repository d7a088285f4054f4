// @ts-check
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ROOT } from '../../../scripts/setup/paths.mjs';

const compiled = fs.existsSync(path.join(ROOT, 'dist', 'lib', 'data', 'readers', 'fer2013.js'));

/** FER2013's images of each class, angry to neutral, in each part. */
const COUNTS = {
	Training: [3995, 436, 4097, 7215, 4830, 3171, 4965],
	PublicTest: [467, 56, 496, 895, 653, 415, 607],
	PrivateTest: [491, 55, 528, 879, 594, 416, 626],
};

/** The table of all images: it takes seconds to make. @type {Buffer | undefined} */
let whole;

/** Writes a table with pixels of nearly FER2013's mean and deviation. @param {typeof COUNTS} counts */
function makeTable(counts) {
	if (counts === COUNTS && whole) return whole;
	const pixels = Array(1152).fill('65 195').join(' ');
	const rows = Object.entries(counts).flatMap(([usage, classes]) =>
		classes.map((count, label) => `${label},${pixels},${usage}\n`.repeat(count)),
	);
	const table = gzipSync(Buffer.from(`emotion,pixels,Usage\n${rows.join('')}`), { level: 1 });
	if (counts === COUNTS) whole = table;
	return table;
}

/** Downloads with the compiled program of another clone. */
describe('fetchFer2013', { skip: compiled ? false : 'lib/ is not compiled: npm run setup' }, () => {
	/** @type {string} */
	let root;
	/** @type {http.Server} */
	let server;
	/** @type {Buffer} */
	let served;
	/** @type {string[]} */
	let requested;

	before(async () => {
		server = http.createServer(({ url = '' }, response) => {
			requested.push(url);
			if (url.endsWith('/missing')) response.writeHead(404).end();
			else response.writeHead(200, { 'content-length': served.length }).end(served);
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
	});
	after(() => {
		server.closeAllConnections();
		server.close();
	});
	beforeEach(() => {
		requested = [];
		root = fs.mkdtempSync(path.join(os.tmpdir(), 'fer fetch '));
		fs.cpSync(path.join(ROOT, 'dist'), path.join(root, 'dist'), { recursive: true });
		fs.copyFileSync(path.join(ROOT, 'package.json'), path.join(root, 'package.json'));
		fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
	});
	afterEach(() => fs.rmSync(root, { recursive: true }));

	/** Runs `fer data`. @param {Record<string, string>} env @param {...string} args */
	async function run(env, ...args) {
		const { PATH } = process.env;
		const program = path.join('dist', 'cli', 'commands', 'program.js');
		const child = spawn(process.execPath, [program, 'data', ...args], { cwd: root, env: { PATH, ...env } });
		let output = '';
		for (const stream of [child.stdout, child.stderr])
			stream.setEncoding('utf8').on('data', (text) => (output += text));
		const [code] = await once(child, 'close');
		return { code, output };
	}

	/** @param {string} name */
	const address = (name) => {
		const own = server.address();
		return `http://127.0.0.1:${typeof own === 'object' ? own?.port : 0}/${name}`;
	};
	/** @param {string} name */
	const fetch = (name) => run({ FER2013_URL: address(name) });

	const inData = () => (fs.existsSync(path.join(root, 'data')) ? fs.readdirSync(path.join(root, 'data')).sort() : []);

	it('puts FER+’s votes in place once, and refuses what is none', async () => {
		const url = address('votes.csv');
		served = Buffer.from('<html>no table</html>');
		const refused = await run({}, '--votes', '--url', url);
		assert.equal(refused.code, 1);
		assert.match(refused.output, /Expected fer2013new\.csv in fer2013new\.csv but received a web page/);
		assert.deepEqual(fs.readdirSync(path.join(root, 'data', '.incoming')), []);
		const names = 'neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF';
		served = Buffer.from(`Usage,Image name,${names}\nTraining,a.png,4,0,0,1,3,2,0,0,0,0\n`);
		const { code, output } = await run({}, '--votes', '--url', url);
		assert.equal(code, 0, output);
		assert.match(output, /✔ Downloading fer2013new\.csv: votes on 1 images/);
		assert.deepEqual(fs.readFileSync(path.join(root, 'data', 'fer2013new.csv')), served);
		served = Buffer.from('another');
		assert.match(
			(await run({}, '--votes', '--url', url)).output,
			/--url is not used.*\n.*its votes differ\.\ndata\/fer2013new\.csv\n$/,
		);
	});

	it('puts a complete file in place, where it is then found', async () => {
		served = makeTable(COUNTS);
		const { code, output } = await fetch('fer2013.csv.gz');
		assert.equal(code, 0, output);
		assert.match(output, /✔ Downloading http.*: 35,887 images, complete/);
		assert.deepEqual(inData(), ['.cache', 'fer2013.csv.gz']);
		assert.deepEqual(fs.readFileSync(path.join(root, 'data', 'fer2013.csv.gz')), served);
		const located = await run({}, '--quiet');
		assert.equal(located.output, 'data/fer2013.csv.gz\n');
		assert.match(output, /fer2013\.csv\.gz is an unknown copy, such as images saved again as JPEG/);
		const again = await run({}, '--url', address('other.csv'), '--sha256', '0'.repeat(64));
		assert.equal(again.code, 1);
		assert.match(again.output, /--url is not used; remove that copy to download/);
		assert.match(again.output, /Expected SHA-256 0+ for data\/fer2013\.csv\.gz but received [0-9a-f]{64}/);
	});

	it('refuses a checksum that is none', async () => {
		const wrong = await run({ FER2013_URL: address('fer2013.csv') }, '--sha256', 'abc');
		assert.match(wrong.output, /^Expected a SHA-256 of 64 hexadecimal digits for --sha256 but received "abc"\./m);
	});

	it('refuses a file with other counts, and leaves nothing of it', async () => {
		served = makeTable({ ...COUNTS, Training: [3995, 436], PublicTest: [], PrivateTest: [] });
		const { code, output } = await fetch('download');
		assert.equal(code, 1);
		assert.match(output, /^Expected 4,097 fear images in Training in fer2013\.tar\.gz but received 0\. /m);
		assert.ok(!inData().includes('fer2013.tar.gz') && !inData().includes('.incoming'));
	});

	it('refuses a truncated archive, and leaves nothing of it', async () => {
		served = makeTable({ Training: [10], PublicTest: [], PrivateTest: [] }).subarray(0, 100);
		const { code, output } = await fetch('fer2013.csv.gz');
		assert.equal(code, 1);
		assert.match(output, /^Expected a complete archive in fer2013\.csv\.gz but received /m);
		assert.deepEqual(inData(), []);
	});

	it('refuses what is something else', async () => {
		served = Buffer.from('<html>Sign in</html>');
		const { code, output } = await fetch('fer2013.zip');
		assert.equal(code, 1);
		assert.match(output, /^Expected .* in .*fer2013\.zip/m);
		assert.deepEqual(inData(), []);
	});

	/** Runs `fetchFer2013` with another Kaggle. @param {string} handle @param {string} kaggle */
	async function fetchFromKaggle(handle, kaggle) {
		const script = `require('./dist/cli/data/fer2013.js').fetchFer2013({ handle: process.argv[1] }, process.argv[2])
			.catch(({ name, message }) => console.log(name + ': ' + message));`;
		const child = spawn(process.execPath, ['-e', script, handle, kaggle], { cwd: root });
		let output = '';
		child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
		await once(child, 'close');
		return output;
	}

	it('takes a public copy from Kaggle, at the address of its API', async () => {
		served = makeTable(COUNTS);
		assert.equal(await fetchFromKaggle('someone/fer2013', address('').slice(0, -1)), '');
		assert.deepEqual(requested, ['/api/v1/datasets/download/someone/fer2013']);
		assert.deepEqual(inData(), ['.cache', 'fer2013.tar.gz']);
	});

	it('names the remedy where Kaggle has no such copy, and where it cannot be reached', async () => {
		assert.match(
			await fetchFromKaggle('someone/missing', address('').slice(0, -1)),
			/^Problem: http.*\/someone\/missing answered 404 .*\. Choose another copy \(npx fer data --handle OWNER\/NAME\), or/,
		);
		assert.match(
			await fetchFromKaggle('someone/fer2013', 'http://127.0.0.1:1'),
			/^Problem: http.* cannot be reached \(.*\)\. Check .* the network, or download the file with a browser/,
		);
		const { code, output } = await run({}, '--handle', 'fer2013');
		assert.equal(code, 1);
		assert.match(output, /^Expected OWNER\/NAME for --handle but received "fer2013"\.$/m);
	});

	it('refuses an address that is none', async () => {
		const { code, output } = await run({ FER2013_URL: 'kaggle.csv' });
		assert.equal(code, 1);
		assert.match(
			output,
			/^Expected an address that begins with http:\/\/ or https:\/\/ for --url but received "kaggle\.csv"\./m,
		);
	});

	it('takes nothing else where FER2013_PATH leads nowhere', async () => {
		const { code, output } = await run({ FER2013_PATH: 'nowhere' });
		assert.equal(code, 1);
		assert.match(output, /^Expected .* for FER2013_PATH but received ".*nowhere"\./m);
	});
});
