import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatCount, formatMegabytes, formatPercent } from '../../lib/format';
import { fillPage, tableOf } from '../markdown';
import { PROJECT_FOLDER } from '../projectFolder';

/** What `fer package --judge` measures: accuracy and size of the published package's weights. */
export const JUDGED = join(PROJECT_FOLDER, 'docs', 'results', 'package.json');
/** What `fer experiment compare` measures, the latency of these weights among it. */
export const COMPARED = join(PROJECT_FOLDER, 'docs', 'results', 'peers.json');

/** A network of the published package in 16 or 8 bits. */
export interface JudgedWeights {
	/** By what name a program loads it. */
	readonly network: string;
	readonly bits: number;
	/** Of the weights. */
	readonly bytes: number;
	readonly sha256: string;
	readonly protocol: string;
	readonly backbone: string;
	readonly seed: number;
	/** Test faces. */
	readonly n: number;
	readonly accuracy: number;
	readonly ttaAccuracy: number;
}

/** The time for one face with a network of the package, or of another, in a browser. */
export interface LatencyRow {
	readonly name: string;
	/** Of the networks of the package. */
	readonly network?: string;
	readonly bits?: number;
	readonly backend: string;
	/** Milliseconds; absent where the network did not run. */
	readonly p50?: number;
}

/** Where and how the latencies were measured. */
interface Latency {
	readonly browser: string;
	readonly cpu: string;
	readonly cores: number;
	readonly rows: readonly LatencyRow[];
}

/** Fills the table of package/README.md from what was measured last; cells without a measurement stay empty. */
export async function fillFigures(): Promise<void> {
	if (!existsSync(JUDGED)) return;
	const { weights } = JSON.parse(readFileSync(JUDGED, 'utf8')) as { weights: JudgedWeights[] };
	const latency = existsSync(COMPARED) ? JSON.parse(readFileSync(COMPARED, 'utf8')).latency : undefined;
	await fillPage('package/README.md', 'package', { accuracy: figuresTable(weights, latency) });
}

/** Makes the table of package/README.md: accuracy, size and latency of each network in 16 and 8 bits. */
export function figuresTable(weights: readonly JudgedWeights[], latency?: Latency): string {
	const time = (backend: string) => (row: JudgedWeights) => {
		const isOf = (other: LatencyRow) =>
			other.network === row.network && other.bits === row.bits && other.backend === backend;
		const { p50 } = latency?.rows.find(isOf) ?? {};
		return p50 === undefined ? '' : `${p50.toFixed(p50 < 10 ? 1 : 0)} ms`;
	};
	const [{ n, protocol }] = weights;
	const cells = tableOf(weights, 2, {
		network: ({ network }) => `\`${network}\``,
		backbone: ({ backbone }) => backbone,
		bits: ({ bits }) => String(bits),
		weights: ({ bytes }) => formatMegabytes(bytes),
		accuracy: ({ accuracy }) => formatPercent(accuracy),
		'with `tta`': ({ ttaAccuracy }) => formatPercent(ttaAccuracy),
		'one face, wasm': time('wasm'),
		'one face, webgl': time('webgl'),
	});
	const where = latency && `${latency.browser} without a GPU, ${latency.cores} cores of ${latency.cpu}`;
	const times = where
		? ` The time for one face is the median in headless ${where}; WebGL is drawn by the processor.`
		: '';
	const part = protocol === 'official' ? 'PrivateTest' : 'the test part';
	return `Accuracy on ${part} of FER2013, n = ${formatCount(n)}.${times}\n\n${cells}`;
}
