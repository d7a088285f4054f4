// @ts-check
import fs from 'node:fs';
import { chromium } from 'playwright-core';

/** Where distributions put it. */
const PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const executablePath = [process.env.CHROMIUM_PATH, ...PLACES].find((place) => place && fs.existsSync(place));

/** Why tests that need a browser are left out; false where there is one. */
export const withoutChromium = executablePath
	? false
	: 'no Chromium: install one (sudo apt-get install chromium) or name it in CHROMIUM_PATH';

/**
 * Starts Chromium without a window; it asks nobody for updates, and plays without being clicked.
 * @param {readonly string[]} [more] Further arguments.
 */
export function launchChromium(more = []) {
	const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
	const args = [...quiet, '--disable-quic', '--autoplay-policy=no-user-gesture-required', ...more];
	return chromium.launch({ executablePath, args });
}
