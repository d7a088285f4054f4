import { fetchAbout } from './about.js';
import { BackendChoice } from './backendChoice.js';
import { Controls } from './controls.js';
import { Display } from './display.js';
import { showProblem, showStatus } from './messages.js';
import { ModelChoice } from './modelChoice.js';
import { keepOffline } from './offline/keepOffline.js';
import { find, percent } from './page.js';
import { Reader } from './reader.js';
import { ShareButton } from './share/shareButton.js';

async function start(): Promise<void> {
	find('not-started', HTMLElement).remove();
	const about = await fetchAbout();
	const reader = new Reader();
	const models = new ModelChoice(reader, about);
	await reader.load(about.models[0].folder, (part) => showStatus(`Loading the network: ${percent(part)}`));
	const display = new Display(about.emotions);
	new ShareButton(about.emotions, display.colors, () => display.picture());
	const controls = new Controls(reader, display, about);
	const backends = new BackendChoice(reader, () => controls.again());
	models.listen(backends, () => controls.anew());
	await backends.start();
	// Last, since it fetches all files of the page.
	if (about.isPublished) {
		await keepOffline((sentence) => {
			find('offline', HTMLElement).textContent = sentence;
		});
	}
}

start().catch((error: Error) => {
	showStatus('');
	showProblem(`The page could not be loaded. ${error.message}`);
});
