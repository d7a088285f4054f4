import { join } from 'node:path';

/** Returns the folder of a run: `runs/<name>` in the project. */
export function runFolder(projectFolder: string, name: string): string {
	return join(projectFolder, 'runs', name);
}
