import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import { runNpm } from '../../cli/runProgram';

const VERSION = '3.3.6';
const FOLDER = join(PROJECT_FOLDER, 'runs', 'peers');

/**
 * Installs @vladmandic/human, which is too large to be a dependency (43 MB), into runs/peers unless it is there.
 * @returns Its folder.
 * @throws {Problem} If npm fails.
 */
export async function humanFolder(): Promise<string> {
	const home = join(FOLDER, 'node_modules', '@vladmandic', 'human');
	const installed = join(home, 'package.json');
	if (existsSync(installed) && JSON.parse(readFileSync(installed, 'utf8')).version === VERSION) return home;
	mkdirSync(FOLDER, { recursive: true });
	const args = ['install', '--prefix', FOLDER, '--no-save', '--ignore-scripts', `@vladmandic/human@${VERSION}`];
	await runNpm(args, { cwd: FOLDER, logFile: join(FOLDER, 'npm.log') });
	return home;
}
