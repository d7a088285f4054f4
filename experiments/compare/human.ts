// @ts-check
/** @vladmandic/human, which is too large to be a dependency (43 MB): it is installed into runs/ where it is compared with. */
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { Problem } from '../../scripts/setup/problem.mjs';
import { runLogged } from '../../scripts/setup/processes.mjs';
import { npmCommand } from '../../scripts/setup/registry.mjs';

const HUMAN_VERSION = '3.3.6';
const FOLDER = path.join(ROOT, 'runs', 'peers');

/**
 * Installs it where it is not there yet.
 * @returns {Promise<string>} Its folder.
 * @throws {Problem} If npm cannot.
 */
export async function humanFolder() {
	const home = path.join(FOLDER, 'node_modules', '@vladmandic', 'human');
	const installed = path.join(home, 'package.json');
	if (fs.existsSync(installed) && JSON.parse(fs.readFileSync(installed, 'utf8')).version === HUMAN_VERSION) return home;
	fs.mkdirSync(FOLDER, { recursive: true });
	const npm = npmCommand();
	const args = ['install', '--prefix', FOLDER, '--no-save', '--ignore-scripts', `@vladmandic/human@${HUMAN_VERSION}`];
	const logFile = path.join(FOLDER, 'npm.log');
	const { code, tail } = await runLogged(npm.command, [...npm.args, ...args], { cwd: FOLDER, logFile });
	if (code === 0) return home;
	throw new Problem(`@vladmandic/human cannot be installed. The last lines of npm:\n${tail}`);
}
