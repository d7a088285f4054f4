// @ts-check
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's folder. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The folder of Python packages that the set-up makes. */
export const VENV = path.join(ROOT, '.venv');

/** The virtual environment's interpreter. Its `jupyter` scripts name their folder, so moved clones run `-m` modules. */
export const VENV_PYTHON = path.join(VENV, 'bin', 'python');

/** The npm package whose binding the set-up compiles. */
export const TFJS_NODE = path.join(ROOT, 'node_modules', '@tensorflow', 'tfjs-node-gpu');

/** Where that package looks for its binding. */
export const BINDING = path.join(TFJS_NODE, 'lib', 'napi-v8', 'tfjs_binding.node');

/** What the set-up's programs print, one file a step. */
export const LOGS = path.join(ROOT, 'runs', 'setup');
