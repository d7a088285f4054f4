/**
 * Finds an element of the page.
 * @param kind Class of the element.
 * @throws {Error} If index.html has no such element.
 */
export function find<T extends HTMLElement>(id: string, kind: new () => T): T {
	const element = document.getElementById(id);
	if (element instanceof kind) return element;
	throw new Error(`Expected ${kind.name} for #${id} but received ${element}. See index.html.`);
}

/** Returns the URL of a file beside the page. */
export function fileAddress(path: string): string {
	return new URL(path, document.baseURI).href;
}

/** Formats a fraction: `93 %`. */
export function percent(fraction: number): string {
	return `${Math.round(100 * fraction)} %`;
}
