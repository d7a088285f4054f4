// The service worker consists of this file and serviceWorker.ts; the page itself imports neither.

/** The files of a build of the page, which the build writes into the service worker. */
export interface SiteFiles {
	/** Changes with any file. */
	readonly version: string;
	/** Kept at once; relative to the page's folder. */
	readonly first: readonly string[];
	/** Kept once they are used: networks besides the first one. */
	readonly later: readonly string[];
}

/** How the names of all caches of a page begin; pages in other folders of the server have their own. */
export const cachePrefix = (scope: string): string => `fer-page ${new URL(scope).pathname} `;

/** Names the cache of a build. @param scope URL of the page's folder. */
export const cacheName = (scope: string, { version }: SiteFiles): string => `${cachePrefix(scope)}${version}`;

/** Picks the caches of other builds of the page in this folder. */
export function oldCaches(names: readonly string[], scope: string, site: SiteFiles): string[] {
	const current = cacheName(scope, site);
	return names.filter((name) => name.startsWith(cachePrefix(scope)) && name !== current);
}

/**
 * Returns the URL under which a request's answer is kept: a file of the page without its query; undefined if the request
 * is for anything else.
 */
export function keptAddress(
	request: Pick<Request, 'url' | 'method'>,
	scope: string,
	site: SiteFiles,
): string | undefined {
	const address = new URL(request.url);
	address.search = '';
	address.hash = '';
	if (request.method !== 'GET' || !address.href.startsWith(scope)) return undefined;
	const file = decodeURIComponent(address.href.slice(scope.length)) || 'index.html';
	return [...site.first, ...site.later].includes(file) ? new URL(file, scope).href : undefined;
}
