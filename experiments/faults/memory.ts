// @ts-check
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { startProcess } from '../../scripts/setup/processes.mjs';

/** Steps between which tensors and memory may not grow. */
const [FROM, TO] = [200, 1000];
const LIMIT = 0.02;

/**
 * glibc keeps freed memory for later use, and how much changes from step to step by 5 %: a block of weights more or
 * less. Told to give blocks of 128 KiB and more back at once, it leaves in the process's memory what is in use, within
 * 0.2 %; in large pages, so that taking them anew costs little.
 */
const GIVE_BACK = {
	MALLOC_MMAP_THRESHOLD_: '131072',
	MALLOC_TRIM_THRESHOLD_: '131072',
	GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
};

/**
 * @typedef {{step: number, tensors: number, megabytes: number}} Sample
 *
 * @typedef {object} Growth
 * @property {number} steps
 * @property {Record<'before' | 'during' | 'after', number>} tensors `during`: after every sampled step.
 * @property {Record<'from' | 'to' | 'most', number>} megabytes After steps 200 and 1,000, and the most between them.
 * @property {number} growth Fraction by which memory has grown from step 200 to step 1,000.
 */

/**
 * Trains 1,000 steps with every option on.
 * @param {string} name
 * @param {(sample: Sample) => void} onSample
 * @returns {Promise<Growth>}
 * @throws {Error} If the number of tensors changes between two steps, or memory grows by more than 2 %.
 */
export async function trainWithEveryOption(name, onSample) {
	const program = fileURLToPath(new URL('./everyOption.mjs', import.meta.url));
	const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', ...GIVE_BACK };
	const child = startProcess(process.execPath, ['--expose-gc', program, name], {
		cwd: ROOT,
		env,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const ended = new Promise((resolve) => child.on('close', resolve));
	let errors = '';
	child.stderr?.on('data', (text) => {
		errors += text;
	});
	/** @type {Sample[]} */
	const samples = [];
	const output = /** @type {import('node:stream').Readable} */ (child.stdout);
	for await (const line of readline.createInterface({ input: output })) {
		samples.push(JSON.parse(line));
		onSample(/** @type {Sample} */ (samples.at(-1)));
	}
	const code = await ended;
	if (code !== 0) throw new Error(`It failed with exit code ${code}:\n${errors}`);
	return growthOf(samples);
}

/**
 * @param {readonly Sample[]} samples Before the first step, after some steps, and at the end.
 * @returns {Growth}
 */
function growthOf(samples) {
	const [before, ...rest] = samples;
	const after = /** @type {Sample} */ (rest.pop());
	const counts = [...new Set(rest.map(({ tensors }) => tensors))];
	const between = rest.filter(({ step }) => step >= FROM);
	const [from, to] = [between[0], between[between.length - 1]];
	if (from?.step !== FROM || to?.step !== TO) throw new Error(`It took ${to?.step} steps instead of ${TO}.`);
	if (counts.length > 1) throw new Error(`The number of tensors changed: ${counts.join(', ')}`);
	const growth = to.megabytes / from.megabytes - 1;
	const most = Math.max(...between.map(({ megabytes }) => megabytes));
	const megabytes = { from: from.megabytes, to: to.megabytes, most };
	if (growth > LIMIT) throw new Error(`Memory grew by ${(100 * growth).toFixed(1)} %: ${JSON.stringify(megabytes)}`);
	return {
		steps: to.step,
		tensors: { before: before.tensors, during: counts[0], after: after.tensors },
		megabytes,
		growth,
	};
}
