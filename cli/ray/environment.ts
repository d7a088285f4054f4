import { join } from 'node:path';
import { PROJECT_FOLDER } from '../projectFolder';
import { installPackages, pythonOf } from '../pythonPackages';

const VENV = join(PROJECT_FOLDER, '.venv-ray');
const FOLDER = join(PROJECT_FOLDER, 'cli', 'ray');

/** The Python that has Ray. */
export const RAY_PYTHON = pythonOf(VENV);
/** The Python programs that run on Ray. */
export const RAY_PROGRAMS = join(FOLDER, 'python');

/**
 * Installs Ray into .venv-ray unless it is there: about 0.6 GB, at the first command that needs it.
 * @throws {Problem} If pip fails.
 */
export function installRay(): Promise<void> {
	return installPackages({ title: 'Ray', venv: VENV, requirements: join(FOLDER, 'requirements.txt'), log: 'ray' });
}
