import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describeMachine } from '../../bench/machine';
import { pairedRatios, spreadOf } from '../../bench/statistics';
import { fillPage, writeJson } from '../../cli/markdown';
import { PHOTO_RESULTS } from '../../cli/photos/formats';
import { readOnRay } from '../../cli/photos/rayReader';
import type { PhotoTask } from '../../cli/photos/reader';
import { withProgress, withTask } from '../../cli/progressLine';
import { PROJECT_FOLDER, RUNS } from '../../cli/projectFolder';
import { installRay } from '../../cli/ray/environment';
import { checkResultFile } from '../../cli/results/resultFile';
import { EMOTIONS } from '../../lib/emotions';
import { compareTables } from './compareTables';
import { drawPhotos } from './drawPhotos';
import {
	type Conditions,
	type ScaleComparison,
	type ScaleReport,
	type ScaleSize,
	type Speed,
	scaleParts,
} from './report';
import { type Ran, runPredict } from './runPredict';

const FOLDER = join(RUNS, 'scale');
const RESULTS = join(FOLDER, 'results');
const REPORT = join(PROJECT_FOLDER, 'docs', 'results', 'scale.json');
/** Measurements on fewer photos are trials, which are printed but not published. */
const LEAST = { comparison: 1000, size: 20_000 };
/** Rows in the measurement without reading. */
const ROWS = 100_000;
const ON_RAY = ['--on', 'local'];

/** Options of `fer experiment scale`. */
export interface ScaleOptions {
	readonly photos: number;
	readonly repetitions: number;
	/** Only the workers, once: the test of size. */
	readonly workersOnly?: boolean;
}

/** Measures `fer predict --on local` on drawn photos; large enough measurements go to docs/. */
export async function measureScale({ photos, repetitions, workersOnly = false }: ScaleOptions): Promise<void> {
	await installRay();
	const folder = join(FOLDER, `photos-${photos}`);
	const broken = await withProgress('Drawing', (onProgress) => drawPhotos(folder, photos, onProgress));
	rmSync(RESULTS, { recursive: true, force: true });
	mkdirSync(RESULTS, { recursive: true });
	const date = new Date().toISOString().slice(0, 10);
	const about = { date, machine: describeMachine(), node: process.version, photos };
	const part: ScaleReport = workersOnly
		? { size: await measureSize(folder, about, broken) }
		: { comparison: await compare(folder, about, repetitions) };
	if (photos < LEAST[workersOnly ? 'size' : 'comparison']) {
		console.log(JSON.stringify(part, null, 2));
		console.log(Object.values(scaleParts(part)).join('\n\n'));
		return;
	}
	const earlier: ScaleReport = existsSync(REPORT) ? JSON.parse(readFileSync(REPORT, 'utf8')) : {};
	const report = { ...earlier, ...part };
	await writeJson(REPORT, report);
	await fillPage('docs/scale.md', 'photos', scaleParts(report));
}

/** Compares one process with a worker for each core, in turns. */
async function compare(folder: string, about: Conditions, repetitions: number): Promise<ScaleComparison> {
	const sides = { one: [], ray: ON_RAY } as const;
	const starts = { one: await measureStart('one', sides.one), ray: await measureStart('ray', sides.ray) };
	const runs: Record<keyof typeof sides, Ran[]> = { one: [], ray: [] };
	for (let round = 0; round < repetitions; round++) {
		for (const side of round % 2 === 0 ? (['one', 'ray'] as const) : (['ray', 'one'] as const)) {
			const title = `${side === 'one' ? 'One process' : 'Workers'}, run ${round + 1} of ${repetitions}`;
			const to = join(RESULTS, `${side}-${round}.csv`);
			runs[side].push(await withTask(title, () => runPredict(folder, to, sides[side])));
		}
	}
	const [one, ray] = (['one', 'ray'] as const).map((side) => ratesOf(runs[side], starts[side], about.photos));
	const [oneSpeed, raySpeed] = [speedOf(runs.one, starts.one, one), speedOf(runs.ray, starts.ray, ray)];
	const whole = (side: keyof typeof sides) => runs[side].map(({ seconds }) => seconds);
	return {
		...about,
		repetitions,
		workers: availableParallelism(),
		one: oneSpeed,
		ray: raySpeed,
		gain: spreadOf(pairedRatios(ray, one, 'higher')),
		wholeGain: spreadOf(pairedRatios(whole('ray'), whole('one'), 'lower')),
		tables: compareTables(join(RESULTS, 'one-0.csv'), join(RESULTS, 'ray-0.csv')),
	};
}

/** Reads many photos with a worker for each core, and passes on rows without reading. */
async function measureSize(folder: string, about: Conditions, broken: number): Promise<ScaleSize> {
	const start = await measureStart('ray', ON_RAY);
	const run = await withTask('Workers', () => runPredict(folder, join(RESULTS, 'ray.parquet'), ON_RAY));
	const ray = speedOf([run], start, ratesOf([run], start, about.photos));
	return { ...about, workers: availableParallelism(), broken, ray, rowsPerSecond: await measureRows() };
}

/** The seconds for one photo. */
async function measureStart(side: string, options: readonly string[]): Promise<number> {
	const folder = join(FOLDER, 'photos-1');
	await drawPhotos(folder, 1);
	const to = join(RESULTS, `start-${side}.csv`);
	return (await withTask('One photo', () => runPredict(folder, to, options))).seconds;
}

const ratesOf = (runs: readonly Ran[], start: number, photos: number) =>
	runs.map(({ seconds }) => (photos - 1) / (seconds - start));

function speedOf(runs: readonly Ran[], startSeconds: number, rates: readonly number[]): Speed {
	const most = (name: 'bytes' | 'workerBytes' | 'busyCores') => {
		const values = runs.flatMap((run) => run[name] ?? []);
		return values.length > 0 ? { [name]: Math.max(...values) } : {};
	};
	const seconds = spreadOf(runs.map((run) => run.seconds));
	return {
		startSeconds,
		seconds,
		rate: spreadOf(rates),
		...most('bytes'),
		...most('workerBytes'),
		...most('busyCores'),
	};
}

/** Passes on rows from workers that read nothing, and writes them; returns rows per second without the start. */
async function measureRows(): Promise<number> {
	const sink = checkResultFile(join(RESULTS, 'rows.csv'), false, PHOTO_RESULTS).open(EMOTIONS);
	const worker = { command: [process.execPath, join(__dirname, 'idleWorker.js')], env: {} };
	let [first, last, count] = [0, 0, 0];
	await withTask('Rows alone', () =>
		readOnRay(
			invented(),
			(result) => {
				sink.write(result);
				last = performance.now();
				if (count++ === 0) first = last;
			},
			worker,
			{ on: 'local' },
		),
	);
	sink.end(true);
	return ((count - 1) * 1000) / (last - first);
}

async function* invented(): AsyncGenerator<PhotoTask> {
	for (let index = 0; index < ROWS; index++) yield { file: join(FOLDER, `folder/photo-${index}.jpg`), group: 'photo' };
}
