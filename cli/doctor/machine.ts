import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Finding } from './finding';

/** Instructions that TensorFlow or our kernels are faster with, by their names in /proc/cpuinfo. */
const INSTRUCTIONS = {
	avx2: 'AVX2',
	avx512f: 'AVX-512',
	avx512_vnni: 'AVX-512 VNNI',
	avx512_bf16: 'AVX-512 BF16',
	amx_tile: 'AMX',
	asimd: 'NEON',
} as const;

/**
 * Names the processor's vector instructions.
 * @param cpuinfo The text of /proc/cpuinfo, which only Linux has.
 */
export function instructionsOf(cpuinfo: string): readonly string[] {
	const flags = new Set(/^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo)?.[1].trim().split(/\s+/));
	return Object.entries(INSTRUCTIONS).flatMap(([flag, name]) => (flags.has(flag) ? name : []));
}

/** Describes the machine and Node. */
export function machineFindings(): Finding[] {
	const cores = availableParallelism();
	const memory = `${(totalmem() / 2 ** 30).toFixed(1)} GiB`;
	const processor = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
	const instructions = instructionsOf(readCpuinfo()).join(', ') || 'unknown';
	return [
		{ name: 'Processor', state: 'ok', found: processor },
		{ name: 'Instructions', state: 'ok', found: instructions },
		{ name: 'Memory', state: 'ok', found: memory },
		{ name: 'Node', state: 'ok', found: `${process.versions.node}, ${process.platform} ${process.arch}` },
	];
}

function readCpuinfo(): string {
	try {
		return readFileSync('/proc/cpuinfo', 'utf8');
	} catch {
		return '';
	}
}
