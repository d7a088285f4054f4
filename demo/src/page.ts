/**
 * Finds an element of the page.
 * @param kind Its class.
 * @throws {Error} If index.html has none of that kind.
 */
export function find<T extends HTMLElement>(id: string, kind: new () => T): T {
	const element = document.getElementById(id);
	if (element instanceof kind) return element;
	throw new Error(`Expected ${kind.name} for #${id} but received ${element}. See index.html.`);
}

/** The address of a file that lies beside the page. */
export function fileAddress(path: string): string {
	return new URL(path, document.baseURI).href;
}

/** A fraction as people read it: `93 %`. */
export function percent(fraction: number): string {
	return `${Math.round(100 * fraction)} %`;
}
