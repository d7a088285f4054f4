import { find } from './page.js';

/** Shows what the page is doing, also to screen readers. */
export function showStatus(sentence: string): void {
	write('status', sentence);
}

/** Shows what went wrong and what to do; an empty sentence hides it. */
export function showProblem(sentence: string): void {
	const element = write('problem', sentence);
	element.hidden = sentence === '';
}

function write(id: string, sentence: string): HTMLElement {
	const element = find(id, HTMLElement);
	// Setting the same text again would announce it again.
	if (element.textContent !== sentence) element.textContent = sentence;
	return element;
}
