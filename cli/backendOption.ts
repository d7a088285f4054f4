import { Option } from 'commander';
import { BACKENDS } from '../lib/config';

/** The option that chooses what computes, of every command that runs networks. */
export const backendOption = (): Option =>
	new Option('--backend <name>', 'what computes: tensorflow, on the processor, or webgpu, on a graphics card').choices(
		BACKENDS,
	);
