import { join } from 'node:path';
import fc from 'fast-check';
import { describeMachine } from '../../bench/machine';
import { writeJson } from '../../cli/markdown';
import { Problem } from '../../cli/problem';
import { withTask } from '../../cli/progressLine';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import { formatCount, formatSeconds } from '../../lib/format';
import { archiveTarget, csvTarget } from './dataSets';
import { imageTarget } from './images';
import { kernelTarget } from './kernels';
import type { FuzzProperty, Outcome } from './outcome';
import { settingsTarget } from './settings';

const RESULT = join(PROJECT_FOLDER, 'docs', 'results', 'fuzz.json');
/** An input that takes longer has failed; one that never lets go of the thread stops the test itself. */
const LONGEST_SECONDS = 8;
/** Of less time no report is published. */
const LEAST_SECONDS = 1800;

/** What can be tried. */
export const FUZZ_TARGETS: Readonly<Record<string, () => Promise<FuzzProperty>>> = {
	images: imageTarget,
	archives: archiveTarget,
	csv: csvTarget,
	settings: settingsTarget,
	kernels: kernelTarget,
};

/** What became of the inputs of a target. */
export interface FuzzReport {
	readonly inputs: number;
	readonly outcomes: Readonly<Record<Outcome, number>>;
	/** The first input that failed, made as small as possible, and how. */
	readonly failure?: string;
}

/**
 * Tries random inputs for a while; equal seeds try equal inputs.
 * @param onProgress Receives a status, such as `1,200 tries, 30 s left`.
 */
export async function fuzz(
	name: string,
	seed: number,
	seconds: number,
	onProgress: (status: string) => void = () => {},
): Promise<FuzzReport> {
	const propertyOf = await FUZZ_TARGETS[name]();
	const outcomes: Record<Outcome, number> = { result: 0, refusal: 0 };
	const end = Date.now() + seconds * 1000;
	const property = propertyOf((outcome) => {
		outcomes[outcome]++;
		const tries = formatCount(outcomes.result + outcomes.refusal);
		onProgress(`${tries} tries, ${formatSeconds((end - Date.now()) / 1000)} left`);
	});
	const details = await fc.check(property, {
		seed,
		numRuns: 1e9,
		timeout: LONGEST_SECONDS * 1000,
		interruptAfterTimeLimit: Math.max(1, end - Date.now()),
		markInterruptAsFailure: false,
	});
	// An input that failed fails the test even where no time was left to reduce it.
	const failure = details.failed ? fc.defaultReportMessage(details) : undefined;
	return { inputs: details.numRuns, outcomes, ...(failure && { failure }) };
}

/** Runs targets one after another, each for its share of the time; writes docs/results/fuzz.json if all had enough of it. */
export async function runFuzz(names: readonly string[], seed: number, seconds: number): Promise<void> {
	console.log(`Seed ${seed}`);
	const targets: Record<string, FuzzReport> = {};
	for (const name of names) {
		const report = await withTask(name, ({ update }) => fuzz(name, seed, seconds / names.length, update));
		const { result, refusal } = report.outcomes;
		console.log(`${formatCount(report.inputs)} inputs: ${formatCount(result)} read, ${formatCount(refusal)} refused`);
		if (report.failure) console.log(report.failure);
		targets[name] = report;
	}
	const passed = Object.values(targets).every(({ failure }) => failure === undefined);
	const { load: _, ...machine } = describeMachine();
	const about = { date: new Date().toISOString().slice(0, 10), machine, node: process.version, seed, seconds };
	const isWhole = names.length === Object.keys(FUZZ_TARGETS).length && seconds >= LEAST_SECONDS;
	if (isWhole) await writeJson(RESULT, { ...about, passed, targets });
	if (!passed) throw new Problem(`✗ Failed, see above, seed ${seed}`);
}
