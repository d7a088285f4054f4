import { find } from './page.js';

/** Says what the page is doing; a screen reader says it, too. */
export function tell(sentence: string): void {
	write('status', sentence);
}

/** Says what went wrong and what to do; an empty sentence takes it back. */
export function tellProblem(sentence: string): void {
	const element = write('problem', sentence);
	element.hidden = sentence === '';
}

function write(id: string, sentence: string): HTMLElement {
	const element = find(id, HTMLElement);
	// The same text again would be spoken again.
	if (element.textContent !== sentence) element.textContent = sentence;
	return element;
}
