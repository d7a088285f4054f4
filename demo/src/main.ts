import { accuracySentence, fetchAbout } from './about.js';
import { BackendChoice } from './backendChoice.js';
import { Controls } from './controls.js';
import { Display } from './display.js';
import { showProblem, showStatus } from './messages.js';
import { find, percent } from './page.js';
import { Reader } from './reader.js';

async function start(): Promise<void> {
	find('not-started', HTMLElement).remove();
	const about = await fetchAbout();
	find('accuracy', HTMLElement).textContent = accuracySentence(about.scores);
	const reader = new Reader();
	await reader.load((part) => showStatus(`Loading the network: ${percent(part)}`));
	const controls = new Controls(reader, new Display(about.emotions), about);
	await new BackendChoice(reader, () => controls.again()).start();
}

start().catch((error: Error) => {
	showStatus('');
	showProblem(`The page could not be loaded. ${error.message}`);
});
