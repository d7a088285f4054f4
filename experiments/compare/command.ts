import type { Command } from 'commander';

const DETAILS = `
Measures accuracy on the test faces of the model's protocol, and how long one face takes in a page of headless Chromium.
Writes docs/results/peers.json and docs/peers.md. @vladmandic/human (43 MB) is installed into runs/peers.

Examples:
  npx fer experiment compare
  CKPLUS_PATH=~/ck48.zip npx fer experiment compare     measures accuracy on CK+ too

Environment: FER2013_PATH, the path of FER2013; CKPLUS_PATH, the path of CK+; CHROMIUM_PATH, if Chromium is not in a
usual place.`;

/** Adds `fer experiment compare`. */
export function registerCompare(experiment: Command): void {
	experiment
		.command('compare')
		.summary('models/official beside the networks of face-api and human')
		.description('Compares models/official with the expression networks of face-api and human.')
		.addHelpText('after', DETAILS)
		.action(async () => {
			const { comparePeers } = await import('./comparePeers.js');
			await comparePeers();
		});
}
