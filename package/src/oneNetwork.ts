import { DEFAULT_NETWORK } from './defaultNetwork.js';
import type { NetworkFiles } from './networkFiles.js';

/** Takes the place of networks.ts in a package with one model: webpack refuses to build where a named file is missing. */
export const NETWORKS: Readonly<Record<string, NetworkFiles>> = { default: DEFAULT_NETWORK };
