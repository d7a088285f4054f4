import { type About, accuracySentence, type ModelAbout, modelTitle } from './about.js';
import type { BackendChoice } from './backendChoice.js';
import { showProblem } from './messages.js';
import { find, percent } from './page.js';
import type { Reader } from './reader.js';

/** Lets the visitor choose the network if the page has several; each is fetched when it is chosen. */
export class ModelChoice {
	private readonly select = find('model', HTMLSelectElement);
	private readonly progress = find('model-progress', HTMLElement);
	private readonly reader: Reader;
	private readonly models: readonly ModelAbout[];
	private current: ModelAbout;
	/** The last change: one after the other, or the last one loaded would not be the last one chosen. */
	private turn: Promise<unknown> = Promise.resolve();

	/** @param about.models The first one is in use. */
	constructor(reader: Reader, { models }: About) {
		this.reader = reader;
		this.models = models;
		[this.current] = models;
		this.select.replaceChildren(...models.map((model) => new Option(modelTitle(model), model.folder)));
		find('models', HTMLElement).hidden = models.length < 2;
		this.write();
	}

	/** @param onChange Called once another network is ready. */
	listen(backends: BackendChoice, onChange: () => void): void {
		this.select.addEventListener('change', () => {
			this.turn = this.turn.then(() => this.take(backends, onChange));
		});
	}

	private async take(backends: BackendChoice, onChange: () => void): Promise<void> {
		const { value } = this.select;
		const chosen = this.models.find(({ folder }) => folder === value);
		if (!chosen || chosen === this.current) return;
		showProblem('');
		try {
			await this.reader.load(chosen.folder, (part) => {
				this.progress.textContent = `Loading the network: ${percent(part)}`;
			});
			this.current = chosen;
			await backends.reopen();
			this.write();
			onChange();
		} catch (error) {
			this.select.value = this.current.folder;
			showProblem(`The other network could not be loaded. ${(error as Error).message}`);
		} finally {
			this.progress.textContent = '';
		}
	}

	private write(): void {
		find('accuracy', HTMLElement).textContent = accuracySentence(this.current.scores);
	}
}
