import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PROJECT_FOLDER } from '../../../cli/projectFolder';
import { PYTHON } from '../../../cli/python';
import { RAY_PROGRAMS } from '../../../cli/ray/environment';
import { temporaryFolder } from '../../data/readers/sources';

const STUB = join(PROJECT_FOLDER, 'test', 'fixtures', 'stubWorker.mjs');
const skip = existsSync(PYTHON) ? false : 'Python has not been set up: npm run setup';
/** Reads the shards of its input as a process of Ray does, and prints the results of each. */
const PROGRAM = `
import json, sys
sys.path.append(${JSON.stringify(RAY_PROGRAMS)})
from photo_worker import WorkerFailed, read_photos
settings, shards = json.load(sys.stdin)
try:
    print(json.dumps([read_photos(settings, [{"file": name} for name in shard]) for shard in shards]))
except WorkerFailed as error:
    sys.exit(str(error))
`;

/** Reads shards of file names with a stub in place of the worker. */
function read(shards: readonly string[][], settings: object, program = process.execPath) {
	const worker = { command: [program, STUB, JSON.stringify(settings)], env: { TF_NUM_INTRAOP_THREADS: '7' } };
	const input = JSON.stringify([worker, shards]);
	const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', PROGRAM], { input, encoding: 'utf8' });
	return { status, stderr, results: status === 0 ? JSON.parse(stdout) : [] };
}

describe('photo_worker.py', { skip }, () => {
	it('keeps its process from shard to shard, with the environment that is set', () => {
		// A line separator of Unicode, where Node's readline splits, and a character of more than two bytes.
		const { results, stderr } = read([['a', 'b\u2028c'], ['\u{1f600}']], {});
		const all = results.flat();
		assert.deepEqual(
			all.map(({ file, threads }: Record<string, string>) => [file, threads]),
			[
				['a', '7'],
				['b\u2028c', '7'],
				['\u{1f600}', '7'],
			],
			stderr,
		);
		assert.equal(new Set(all.map(({ pid }: Record<string, number>) => pid)).size, 1);
	});

	it('gives up a photo that ends the process twice, and reads the others', (t) => {
		const once = join(temporaryFolder(t), 'once');
		const { results, stderr } = read([['a', 'kill', 'b', 'kill-once', 'exit', 'c']], { once });
		assert.equal(results.length, 1, stderr);
		const [a, kill, b, again, exit, c] = results[0];
		const why = (end: string) => `It ended the process that read it 2 times, with ${end}.`;
		assert.deepEqual(kill, { file: 'kill', status: 'not read', error: why('SIGKILL') });
		assert.deepEqual(exit, { file: 'exit', status: 'not read', error: why('exit code 3') });
		assert.deepEqual(
			[a, b, again, c].map(({ file, status }) => [file, status]),
			['a', 'b', 'kill-once', 'c'].map((file) => [file, 'no face']),
		);
		assert.notEqual(b.pid, again.pid);
	});

	it('passes on why a worker does not start', () => {
		const { status, stderr } = read([['a']], { problem: 'There is no model.' });
		assert.deepEqual([status, stderr], [1, 'There is no model.\n']);
	});
});
