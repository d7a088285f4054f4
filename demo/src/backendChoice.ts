import { showProblem, showStatus } from './messages.js';
import { find } from './page.js';
import type { Reader } from './reader.js';

/** Lets the visitor choose the backend. */
export class BackendChoice {
	private readonly select = find('backend', HTMLSelectElement);
	private readonly reader: Reader;
	private readonly onChange: () => void;
	private current = '';

	/** @param onChange Called once another backend is ready. */
	constructor(reader: Reader, onChange: () => void) {
		this.reader = reader;
		this.onChange = onChange;
		this.select.addEventListener('change', () => this.take(this.select.value));
	}

	/** Lists the backends and starts the first one, or the one in the page's address: `?backend=wasm`. */
	async start(): Promise<void> {
		const wanted = new URLSearchParams(location.search).get('backend');
		const backends = await this.reader.listBackends();
		for (const { name, title, isThere } of backends) {
			const option = new Option(isThere ? title : `${title}: not available in this browser`, name);
			option.disabled = !isThere;
			this.select.append(option);
		}
		const isWanted = backends.some(({ name, isThere }) => name === wanted && isThere);
		const first = backends.find(({ name, isFirst }) => (isWanted ? name === wanted : isFirst));
		await this.take(first?.name ?? 'cpu');
	}

	/** Prepares another network on the backend in use. */
	reopen(): Promise<void> {
		return this.take(this.current);
	}

	private async take(backend: string): Promise<void> {
		this.select.value = backend;
		showProblem('');
		// The speed was that of another backend.
		find('speed', HTMLElement).textContent = '';
		showStatus('Preparing the network…');
		try {
			await this.reader.open(backend);
			this.current = backend;
			showStatus('Ready.');
			this.onChange();
		} catch (error) {
			showStatus('');
			showProblem(`This backend does not work here (${(error as Error).message}). Using another one instead.`);
			if (backend !== 'cpu') await this.takeInstead(backend);
		}
	}

	/** Opens the backend that worked before, or else one that nearly always works. */
	private async takeInstead(failed: string): Promise<void> {
		const safe = failed === 'wasm' ? 'cpu' : 'wasm';
		const backend = this.current && this.current !== failed ? this.current : safe;
		this.select.value = backend;
		await this.reader.open(backend);
		this.current = backend;
		showStatus('Ready.');
		this.onChange();
	}
}
