import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pl from 'nodejs-polars';
import { readOnRay, shardsOf } from '../../../cli/photos/rayReader';
import type { PhotoTask } from '../../../cli/photos/reader';
import type { PhotoResult } from '../../../cli/photos/reading';
import { PROJECT_FOLDER } from '../../../cli/projectFolder';
import { checkAddress } from '../../../cli/ray/address';
import { RAY_PYTHON } from '../../../cli/ray/environment';
import { compareTables } from '../../../experiments/scale/compareTables';

const PROGRAM = join(PROJECT_FOLDER, 'dist', 'cli', 'commands', 'program.js');
const isSlow = !!process.env.FER_SLOW_TESTS && existsSync(RAY_PYTHON);
const skip = isSlow ? false : 'takes minutes, and Ray in .venv-ray: FER_SLOW_TESTS=1 runs it';
const PHOTOS = 64;
const LIMIT_SECONDS = 300;

describe('shardsOf', () => {
	it('keeps the order, and ends with null', async () => {
		const files = Array.from({ length: 7 }, (_, i): PhotoTask => ({ file: `${i}`, group: 'photo' }));
		async function* listed(count: number) {
			yield* files.slice(0, count);
		}
		const shards = async (count: number) => {
			const all: (PhotoTask[] | null)[] = [];
			for await (const shard of shardsOf(listed(count), 3)) all.push(shard);
			return all;
		};
		assert.deepEqual(await shards(7), [files.slice(0, 3), files.slice(3, 6), files.slice(6), null]);
		assert.deepEqual(await shards(6), [files.slice(0, 3), files.slice(3, 6), null]);
		assert.deepEqual(await shards(0), [null]);
	});
});

describe('fer predict --on', { skip }, () => {
	const folder = mkdtempSync(join(tmpdir(), 'fer-ray-'));
	const env = {
		...process.env,
		INIT_CWD: folder,
		RAY_AUTH_MODE: 'token',
		RAY_AUTH_TOKEN: 'of-this-test-alone-0123456789abcdef',
		RAY_USAGE_STATS_ENABLED: '0',
	};
	const nodes: ChildProcess[] = [];
	let [address, clientAddress] = ['', ''];

	const start = (...args: string[]) =>
		spawn(process.execPath, [PROGRAM, 'predict', 'photos', '--model', 'model', ...args], { cwd: PROJECT_FOLDER, env });

	/** Runs it to its end. */
	async function run(...args: string[]) {
		const child = start(...args);
		let stderr = '';
		child.stderr.on('data', (text) => {
			stderr += text;
		});
		const [code] = await once(child, 'close');
		return { code, stderr };
	}

	/** Starts a node of a cluster with one core on the loopback interface. */
	function startNode(name: string, ...args: string[]): void {
		const ray = join(dirname(RAY_PYTHON), 'ray');
		const options = ['--node-ip-address=127.0.0.1', '--num-cpus=1', `--node-name=${name}`, '--block'];
		nodes.push(spawn(ray, ['start', ...args, ...options], { env, stdio: 'ignore' }));
	}

	/** The processes whose command matches. */
	function processes(pattern: RegExp): number[] {
		const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
		return ids.filter((id) => pattern.test(read(`/proc/${id}/cmdline`))).map(Number);
	}

	/** The processes of Ray in which photos of this test are read. */
	const workers = () =>
		processes(new RegExp(`worker\\.js.*${folder}`)).map((id) =>
			Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${id}/status`))?.[1]),
		);

	/** Waits until a file has at least so many rows. */
	const rows = (file: string, count: number) =>
		until(`${count} rows in ${file}`, () => read(join(folder, file)).split('\n').length >= count + 2);

	const asExpected = (file: string) => {
		const { rows: count, largestDifference } = compareTables(join(folder, 'one.csv'), join(folder, file));
		assert.equal(count, PHOTOS);
		// The number of threads changes the order of sums; the table has four decimals.
		assert.ok(largestDifference < 2e-4, `${largestDifference}`);
	};

	before(async () => {
		const script = join(PROJECT_FOLDER, 'test', 'fixtures', 'predictFolder.ts');
		const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, folder], { encoding: 'utf8' });
		assert.equal(status, 0, stderr);
		for (let i = 2; i < PHOTOS; i++) {
			const copy = join(folder, 'photos', `copy-${String(i).padStart(3, '0')}.png`);
			if (i % 20 === 0) writeFileSync(copy, 'no photo');
			else copyFileSync(join(folder, 'photos', i % 2 === 0 ? 'face.png' : 'empty.png'), copy);
		}
		const { code, stderr: text } = await run('--to', 'one.csv');
		assert.equal(code, 2, text);
	});

	after(async () => {
		for (const node of nodes) node.kill();
		await Promise.all(nodes.map((node) => node.exitCode ?? node.signalCode ?? once(node, 'exit')));
		rmSync(folder, { recursive: true });
	});

	it('writes the table of one process', async () => {
		const { code, stderr } = await run('--on', 'local', '--to', 'local.csv');
		assert.equal(code, 2, stderr);
		asExpected('local.csv');
	});

	it('gives what a killed worker read to another, on a cluster of two nodes', async () => {
		address = `127.0.0.1:${await freePort()}`;
		const clientPort = await freePort();
		clientAddress = `ray://127.0.0.1:${clientPort}`;
		const ports = [`--port=${address.split(':')[1]}`, `--ray-client-server-port=${clientPort}`];
		startNode('first', '--head', ...ports, '--include-dashboard=false');
		await until('a cluster', () =>
			checkAddress(address).then(
				() => true,
				() => false,
			),
		);
		startNode('second', `--address=${address}`);
		await until('the second node', () => processes(/raylet.*--node-name=second/).length > 0);
		const running = run('--on', address, '--to', 'killed.csv');
		await rows('killed.csv', 16);
		await until('two workers', () => workers().length === 2);
		process.kill(workers()[0], 'SIGKILL');
		const { code, stderr } = await running;
		assert.equal(code, 2, stderr);
		asExpected('killed.csv');
	});

	it('goes on after the program was killed, with another address of the cluster', async () => {
		const child = start('--on', address, '--to', 'resumed.parquet');
		await rows('resumed.parquet.unfinished.csv', 16);
		child.kill('SIGKILL');
		await once(child, 'exit');
		assert.equal(existsSync(join(folder, 'resumed.parquet')), false);
		const { code, stderr } = await run('--on', clientAddress, '--to', 'resumed.parquet', '--resume');
		assert.equal(code, 2, stderr);
		const files = (table: pl.DataFrame) => table.getColumn('file').toArray();
		const [one, resumed] = [pl.readCSV(join(folder, 'one.csv')), pl.readParquet(join(folder, 'resumed.parquet'))];
		// What could not be read before is tried again, in new rows at the end.
		const isBroken = (row: number) => one.getColumn('status').get(row) === 'not read';
		const good = files(one).filter((_, row) => !isBroken(row));
		assert.deepEqual(new Set(files(resumed)), new Set(files(one)));
		assert.deepEqual(
			files(resumed).filter((file) => good.includes(file)),
			good,
		);
	});

	it('uses the node that is left where the other is gone', async () => {
		const running = run('--on', address, '--to', 'gone.csv');
		await rows('gone.csv', 16);
		for (const id of processes(/raylet.*--node-name=second/)) process.kill(id, 'SIGKILL');
		const { code, stderr } = await running;
		assert.equal(code, 2, stderr);
		asExpected('gone.csv');
	});

	it('gives up photos that end what reads them, and says why a worker does not start', async () => {
		const names = ['a', 'kill', 'b', 'kill-parent', 'c'];
		async function* files(): AsyncGenerator<PhotoTask> {
			for (const file of names) yield { file, group: 'photo' };
		}
		const results: PhotoResult[] = [];
		const stub = (settings: object) => ({
			command: [process.execPath, join(PROJECT_FOLDER, 'test', 'fixtures', 'stubWorker.mjs'), JSON.stringify(settings)],
			env: {},
		});
		await readOnRay(files(), (result) => results.push(result), stub({}), { on: 'local' });
		assert.deepEqual(
			results.map(({ file, status, error }) => [file, status, error]),
			[
				['a', 'no face', undefined],
				['kill', 'not read', 'It ended the process that read it 2 times, with SIGKILL.'],
				['b', 'no face', undefined],
				['kill-parent', 'not read', 'It ended the processes that read it (WorkerCrashedError).'],
				['c', 'no face', undefined],
			],
		);
		const problem = 'There is no model.';
		await assert.rejects(
			readOnRay(files(), () => assert.fail(), stub({ problem }), { on: 'local' }),
			{ name: 'Problem', message: /^There is no model\.\nFull output: / },
		);
	});

	it('says why it cannot start', async () => {
		const { code, stderr } = await run('--on', `127.0.0.1:${await freePort()}`);
		assert.equal(code, 1);
		assert.match(stderr, /^Expected a Ray cluster at 127\.0\.0\.1:\d+ for --on but received ECONNREFUSED\. .*\n$/);
	});
});

async function until(what: string, isReached: () => boolean | Promise<boolean>): Promise<void> {
	const limit = Date.now() + LIMIT_SECONDS * 1000;
	while (!(await isReached())) {
		assert.ok(Date.now() < limit, `waited in vain for ${what}`);
		await sleep(100);
	}
}

/** The text of a file; empty where there is none. */
function read(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return '';
	}
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as { port: number };
	server.close();
	return port;
}
