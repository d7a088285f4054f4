import type { Command } from 'commander';
import { examples } from '../../cli/examples';

const DETAILS = `
Measures accuracy on the test faces of the model's protocol, and how long one face takes in a page of headless Chromium.
Writes docs/results/peers.json and docs/peers.md. @vladmandic/human (43 MB) is installed into runs/peers.
${examples('experiment compare')}

Environment: FER2013_PATH, the path of FER2013; CKPLUS_PATH, the path of CK+, to measure accuracy there too;
CHROMIUM_PATH, if Chromium is not in a usual place.`;

/** Registers `fer experiment compare`. */
export function registerCompare(experiment: Command): void {
	experiment
		.command('compare')
		.summary('models/official beside the networks of face-api and human')
		.description('Compare models/official with the expression networks of face-api and human.')
		.addHelpText('after', DETAILS)
		.action(async () => {
			const { comparePeers } = await import('./comparePeers.js');
			await comparePeers();
		});
}
