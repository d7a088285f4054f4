import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJson, writePage } from '../cli/markdown';
import { Problem } from '../cli/problem';
import { startTask } from '../cli/progressLine';
import { PROJECT_FOLDER, RUNS } from '../cli/projectFolder';
import { pythonEnvironment } from '../cli/python';
import { formatSeconds } from '../lib/format';
import { csvFile } from './csvFile';
import { alternate, type Measured, type WorkerSpec } from './harness';
import { describeMachine } from './machine';
import { summarizeLimits, summarizeProfiles } from './opProfile';
import { installPeers, type Missing, PEERS_PYTHON } from './peers';
import { photoFiles, writePhotos } from './photoFiles';
import { planGroups } from './plan';
import { fillPage, type Results, rowTables } from './report';
import { type Group, makeRows, type Row, type Task } from './rows';

/** With fewer repetitions the spread is too uncertain to publish. */
const LEAST_REPETITIONS = 5;
/** Load per core above which the machine is not idle. */
const BUSY = 0.5;
const FOLDER = join(RUNS, 'bench');
const DOCS = join(PROJECT_FOLDER, 'docs');

/** Options of `fer bench`. */
export interface BenchOptions {
	readonly rows?: string;
	readonly repetitions: string;
	readonly quick?: boolean;
}

/** What all groups share; `temporary` is the folder for temporary files. */
type Setting = { readonly repetitions: number; readonly missing: Missing; readonly temporary: string };

/** Runs the benchmark, prints its tables and writes its results; returns whether all groups were measured. */
export async function runBench({ rows, quick = false, ...options }: BenchOptions): Promise<boolean> {
	const repetitions = Number(options.repetitions);
	if (!Number.isInteger(repetitions) || repetitions < 1) {
		throw new Problem(`Expected an integer above 0 for --repetitions but received ${options.repetitions}.`);
	}
	const all = planGroups({ quick, csv: { file: '', rows: 0, drawn: true }, photos: photoFiles('', quick), folder: '' });
	if (rows === 'list') {
		console.log(all.map(({ name }) => name).join('\n'));
		return true;
	}
	// Refuses a wrong pattern before slow work.
	chooseGroups(all, rows);
	const began = Date.now();
	const missing = await installPeers();
	const temporary = mkdtempSync(join(tmpdir(), 'fer-bench-'));
	// Also after Ctrl-C, which ends the process at once.
	process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
	const photos = photoFiles(temporary, quick);
	const groups = chooseGroups(
		planGroups({ quick, csv: await csvFile(temporary, quick), photos, folder: temporary }),
		rows,
	);
	if (groups.some(({ section }) => section === 'Photos')) await writePhotos(photos);
	const { results, failed } = await measureAll(groups, { repetitions, missing, temporary });
	const isFull = rows === undefined && !quick && failed.length === 0 && repetitions >= LEAST_REPETITIONS;
	console.log(`\n${rowTables(results.rows)}\n`);
	console.log(`Written after ${formatSeconds((Date.now() - began) / 1000)}:`);
	const page = fillPage(readFileSync(join(DOCS, 'benchmarks.md'), 'utf8'), results);
	mkdirSync(FOLDER, { recursive: true });
	await writeJson(isFull ? join(DOCS, 'results', 'bench.json') : join(FOLDER, 'bench.json'), results);
	await writePage(join(isFull ? DOCS : FOLDER, 'benchmarks.md'), page);
	if (failed.length > 0) console.error(`Not measured: ${failed.join(', ')}. See the logs in runs/bench/logs.`);
	return failed.length === 0;
}

function chooseGroups(groups: readonly Group[], pattern = ''): readonly Group[] {
	const names = groups.map(({ name }) => name).join(', ');
	try {
		const chosen = groups.filter(({ name }) => new RegExp(pattern).test(name));
		if (chosen.length > 0) return chosen;
	} catch {
		throw new Problem(`Expected a regular expression for --rows but received ${pattern}. Groups: ${names}.`);
	}
	throw new Problem(`Expected a pattern that matches a group for --rows but received ${pattern}. Groups: ${names}.`);
}

/** Measures all groups, one after the other. */
async function measureAll(groups: readonly Group[], setting: Setting): Promise<{ results: Results; failed: string[] }> {
	const machine = describeMachine();
	if (machine.load > BUSY * machine.cores) {
		console.error(`The machine is busy (load ${machine.load}): figures will be low and spreads wide.`);
	}
	const versions: Record<string, string> = {};
	const rows: Row[] = [];
	const failed: string[] = [];
	let found: Pick<Results, 'limits' | 'profile'> = { limits: {}, profile: [] };
	for (const group of groups) {
		const measured = await measure(group, setting);
		for (const { info } of Object.values(measured)) Object.assign(versions, info?.versions);
		rows.push(...makeRows(group, measured, setting.missing));
		const { fault, answers } = measured.ours;
		if (fault) failed.push(group.name);
		else if (group.name === 'limits') {
			const limits = summarizeLimits(answers);
			found = { limits, profile: summarizeProfiles(answers, limits) };
		}
	}
	const date = new Date().toISOString().slice(0, 10);
	return { results: { date, machine, versions, repetitions: setting.repetitions, rows, ...found }, failed };
}

/** Measures a group, with its progress in the terminal. */
async function measure(group: Group, setting: Setting): Promise<Record<string, Measured>> {
	const { repetitions, missing, temporary } = setting;
	const task = await startTask(group.name);
	const present = Object.entries(group.workers).filter(([name]) => !(name in missing));
	const specs = present.map(([name, each]) => [name, specOf(each, `${group.name}-${name}`, temporary)]);
	const measured = await alternate(Object.fromEntries(specs), {
		repetitions: Math.min(repetitions, group.repetitions ?? repetitions),
		fresh: group.fresh ?? false,
		onProgress: task.update,
	});
	if (measured.ours.fault) task.failed();
	else task.done();
	for (const [name, { fault }] of Object.entries(measured)) if (fault) console.error(`  ${name}: ${fault}`);
	return measured;
}

/** Describes how a worker is started: with all cores while a library works, none while it waits. */
function specOf({ file, options }: Task, logName: string, temporary: string): WorkerSpec {
	const isPython = file.endsWith('.py');
	const env: NodeJS.ProcessEnv = {
		...(isPython ? pythonEnvironment() : process.env),
		TMPDIR: temporary,
		TF_CPP_MIN_LOG_LEVEL: '2',
		CUDA_VISIBLE_DEVICES: '-1',
		PYTHONDONTWRITEBYTECODE: '1',
		KERAS_BACKEND: 'tensorflow',
		// The threads of OpenMP keep spinning after their work by default.
		KMP_BLOCKTIME: '0',
		OMP_WAIT_POLICY: 'PASSIVE',
	};
	for (const name of ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'TF_ENABLE_ONEDNN_OPTS', 'NODE_OPTIONS']) delete env[name];
	const script = isPython ? join(PROJECT_FOLDER, 'bench', 'python', file) : join(__dirname, 'workers', file);
	return {
		command: isPython ? PEERS_PYTHON : process.execPath,
		args: [script, JSON.stringify(options)],
		env,
		logFile: join(FOLDER, 'logs', `${logName}.log`),
	};
}
