import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { alternate } from '../../bench/harness';

const FOLDER = mkdtempSync(join(tmpdir(), 'fer-bench-test-'));
after(() => rmSync(FOLDER, { recursive: true }));

/** A worker of a few lines: sends its number of weights, then runs `repetition` for each line; `say` answers. */
function worker(name: string, parameters: number | undefined, repetition: string) {
	const program = `
		const say = (value) => console.log('bench ' + JSON.stringify(value));
		let count = 0;
		console.log('a line of a library');
		say({ versions: { ${name}: '1' }, parameters: ${parameters} });
		require('node:readline').createInterface({ input: process.stdin }).on('line', () => { count++; ${repetition} });`;
	return { command: process.execPath, args: ['-e', program], env: process.env, logFile: join(FOLDER, `${name}.log`) };
}

const CLOCK = 'say({ figures: { began: Date.now(), count } })';
const run = (workers: Record<string, ReturnType<typeof worker>>, fresh = false, repetitions = 3) =>
	alternate(workers, { repetitions, fresh, onProgress: () => {} });

describe('alternate', () => {
	it('lets one side work at a time, and turns the order every second round', async () => {
		const wait = `const began = Date.now(); setTimeout(() => say({ figures: { began, ended: Date.now() } }), 30)`;
		const measured = await run({ ours: worker('ours', 5, wait), keras: worker('keras', 5, wait) });
		const turns = Object.entries(measured)
			.flatMap(([name, { answers }]) => answers.map(({ figures: { began, ended } }) => ({ name, began, ended })))
			.sort((a, b) => a.began - b.began);
		assert.deepEqual(
			turns.map(({ name }) => name),
			['ours', 'keras', 'keras', 'ours', 'ours', 'keras'],
		);
		for (let i = 1; i < turns.length; i++) assert.ok(turns[i].began >= turns[i - 1].ended);
		assert.deepEqual(measured.keras.info?.versions, { keras: '1' });
	});

	it('takes quantiles of samples, and the peak of memory where the system tells it', async () => {
		const samples = 'say({ figures: {}, samples: { latency: [4, 1, 3, 2] } })';
		const { ours } = await run({ ours: worker('ours', 5, samples) }, false, 1);
		const { latencyP50, latencyP99, peakBytes } = ours.answers[0].figures;
		assert.deepEqual([latencyP50, latencyP99], [2, 4]);
		// Node itself takes more than 20 MB.
		if (process.platform === 'linux') assert.ok(peakBytes > 20e6);
	});

	it('starts new processes for each repetition where asked to', async () => {
		const { ours } = await run({ ours: worker('ours', 5, CLOCK) }, true);
		assert.deepEqual(
			ours.answers.map(({ figures }) => figures.count),
			[1, 1, 1],
		);
	});

	it('goes on without a peer that dies, and says how it ended', async () => {
		const dies = "if (count === 2) { console.error('out of memory'); process.exit(3); } say({ figures: {} })";
		const measured = await run({ ours: worker('ours', 5, CLOCK), torch: worker('torch', 5, dies) });
		assert.equal(measured.ours.answers.length, 3);
		assert.deepEqual(measured.torch.answers, []);
		assert.match(measured.torch.fault ?? '', /ended with exit code 3: out of memory/);
	});

	it('refuses a peer whose network has other weights', async () => {
		const measured = await run({ ours: worker('ours', 5, CLOCK), keras: worker('keras', 6, CLOCK) });
		assert.equal(measured.keras.fault, 'its network has 6 weights, ours 5');
		assert.equal(measured.ours.answers.length, 3);
		const reader = await run({ ours: worker('ours', 5, CLOCK), onnx: worker('onnx', undefined, CLOCK) });
		assert.equal(reader.onnx.answers.length, 3);
	});

	it('gives up where ours fails', async () => {
		const missing = { ...worker('ours', 5, CLOCK), command: join(FOLDER, 'nothing') };
		const measured = await run({ ours: missing, keras: worker('keras', 5, CLOCK) });
		assert.match(measured.ours.fault ?? '', /ENOENT/);
		assert.deepEqual(measured.keras.answers, []);
	});
});
