import { join } from 'node:path';
import { LOGS, PROJECT_FOLDER } from '../../cli/projectFolder';
import { runLogged } from '../../cli/runProgram';

/** Steps between which the number of tensors must not change and memory must not grow. */
const [FROM, TO] = [200, 1000];
const LIMIT = 0.02;

/**
 * glibc keeps freed memory, by an amount that varies from step to step by 5 %: a block of weights more or less. With
 * these settings it returns blocks of 128 KiB and more at once, so that the process holds what is in use within 0.2 %;
 * large pages keep that cheap.
 */
const GIVE_BACK = {
	MALLOC_MMAP_THRESHOLD_: '131072',
	MALLOC_TRIM_THRESHOLD_: '131072',
	GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
};

/** What everyOption.ts prints. */
export interface Sample {
	readonly step: number;
	readonly tensors: number;
	readonly megabytes: number;
}

/** How tensors and memory changed. */
export interface Growth {
	readonly steps: number;
	/** `during`: after every sampled step. */
	readonly tensors: Readonly<Record<'before' | 'during' | 'after', number>>;
	/** After steps 200 and 1,000, and the most between them. */
	readonly megabytes: Readonly<Record<'from' | 'to' | 'most', number>>;
	/** Growth of memory from step 200 to step 1,000 as a fraction. */
	readonly growth: number;
}

/**
 * Trains 1,000 steps with every option on.
 * @throws {Error} If the number of tensors changes between two steps, or memory grows by more than 2 %.
 */
export async function trainWithEveryOption(name: string, onSample: (sample: Sample) => void): Promise<Growth> {
	const samples: Sample[] = [];
	const { code, output } = await runLogged(process.execPath, ['--expose-gc', join(__dirname, 'everyOption.js'), name], {
		cwd: PROJECT_FOLDER,
		logFile: join(LOGS, 'faults-memory.log'),
		env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', ...GIVE_BACK },
		onLine: (line) => {
			if (!line.startsWith('{')) return;
			const sample = JSON.parse(line) as Sample;
			samples.push(sample);
			onSample(sample);
		},
	});
	if (code !== 0) throw new Error(`It failed with exit code ${code}:\n${output}`);
	return growthOf(samples);
}

/** @param samples Before the first step, after some steps, and at the end. */
function growthOf(samples: readonly Sample[]): Growth {
	const [before, during, after] = [samples[0], samples.slice(1, -1), samples[samples.length - 1]];
	const counts = [...new Set(during.map(({ tensors }) => tensors))];
	const between = during.filter(({ step }) => step >= FROM);
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
