// Runs the specs that tfjs-core ships, and writes what came of each. A process of its own: jasmine is global.
//   node --import tsx test/upstream/runSpecs.ts <own | stock> <summary.json>
// «own» registers the kernels and gradients of lib/ first, «stock» does not.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../lib/random';
import { type Change, compareRegistrations, registrations } from './registrations';

/** What the runner writes. Specs go by their full name. */
export interface Summary {
	/** What loading the library has changed in tfjs's registers. */
	readonly change: Change;
	readonly passed: string[];
	readonly failed: { readonly name: string; readonly message: string }[];
	/** Switched off by upstream itself. */
	readonly pending: string[];
}

/** The part of jasmine that is used here; its package has no types. */
interface JasmineCore {
	boot(): { DEFAULT_TIMEOUT_INTERVAL: number; getEnv(): JasmineEnv };
}

interface JasmineEnv {
	configure(options: { random: boolean; specFilter(spec: { getFullName(): string }): boolean }): void;
	addReporter(reporter: { specStarted(spec: Spec): void; specDone(spec: Spec): void }): void;
	execute(): Promise<unknown>;
}

interface Spec {
	readonly fullName: string;
	readonly status: 'passed' | 'failed' | 'pending' | 'excluded';
	readonly failedExpectations: readonly { readonly message: string }[];
}

const CORE = '@tensorflow/tfjs-core/dist';
const LIB = join(__dirname, '..', '..', 'lib');

/** Loads the library: what it registers with tfjs, it registers when its files are loaded. */
function loadLibrary(): Change {
	const before = registrations();
	const folder = join(LIB, 'tensorflow');
	for (const name of readdirSync(folder)) if (name.endsWith('.ts')) require(join(folder, name));
	require(join(LIB, 'index.ts'));
	return compareRegistrations(before, registrations());
}

/** Declares upstream's specs, each for TensorFlow's kernels and for tfjs's own in JavaScript. */
function declareSpecs(): void {
	const environment = (backendName: string) => ({
		name: `test-${backendName}`,
		backendName,
		flags: {},
		isDataSync: true,
	});
	require(`${CORE}/jasmine_util`).setTestEnvs([environment('tensorflow'), environment('cpu')]);
	require(`${CORE}/tests`);
}

/** Runs what is declared: all for TensorFlow, and for JavaScript image.transform, the one kernel changed there. */
async function runSpecs(env: JasmineEnv): Promise<Omit<Summary, 'change'>> {
	const summary: Omit<Summary, 'change'> = { passed: [], failed: [], pending: [] };
	env.configure({
		random: false,
		specFilter: (spec) => !/ test-cpu /.test(spec.getFullName()) || spec.getFullName().startsWith('image.transform '),
	});
	env.addReporter({
		specStarted: ({ fullName }) => {
			// The last line names the spec that ended the process, if one does.
			process.stdout.write(`${fullName}\n`);
			// Specs on random numbers see the same ones in each run, whatever was loaded before.
			Math.random = createRandom(1).uniform;
		},
		specDone: ({ fullName, status, failedExpectations }) => {
			if (status === 'failed') {
				summary.failed.push({ name: fullName, message: failedExpectations.map(({ message }) => message).join('\n') });
			} else if (status !== 'excluded') summary[status].push(fullName);
		},
	});
	await env.execute();
	return summary;
}

async function main([kernels, file]: readonly string[]): Promise<void> {
	// Upstream's specs use the modules of tfjs-core, not its bundle; both share engine and registers. Loaded first, so that
	// nothing that the modules register replaces what the library does.
	for (const name of ['index', 'public/chained_ops/register_all_chained_ops', 'register_all_gradients']) {
		require(`${CORE}/${name}`);
	}
	const change = kernels === 'own' ? loadLibrary() : { added: [], replaced: [] };
	const jasmine = (require('jasmine-core') as JasmineCore).boot();
	// The machine may be busy: a slow spec has not failed.
	jasmine.DEFAULT_TIMEOUT_INTERVAL = 60_000;
	declareSpecs();
	writeFileSync(file, JSON.stringify({ change, ...(await runSpecs(jasmine.getEnv())) }, null, '\t'));
	// Some specs leave timers behind.
	process.exit();
}

main(process.argv.slice(2));
