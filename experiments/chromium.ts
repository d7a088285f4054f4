import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where distributions install it. */
const PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const executablePath = [process.env.CHROMIUM_PATH, ...PLACES].find((place) => place && existsSync(place));

/** Why tests that need a browser are skipped; false where there is one. */
export const withoutChromium = executablePath
	? false
	: 'no Chromium: install one (sudo apt-get install chromium) or set CHROMIUM_PATH';

/** Starts headless Chromium without background requests; media plays without a click. */
export function launchChromium(more: readonly string[] = []): Promise<Browser> {
	const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
	const args = [...quiet, '--disable-quic', '--autoplay-policy=no-user-gesture-required', ...more];
	return chromium.launch({ executablePath, args });
}
