const REMEDY = 'Reload the page. If that does not help, its owner has to upload all of its files again.';

/**
 * Fetches a file of the page.
 * @param path Relative to the page's folder.
 * @param site URL of that folder.
 * @throws {Error} If the server does not send it.
 */
export async function fetchSiteFile(path: string, site: string): Promise<Response> {
	const response = await fetch(new URL(path, site)).catch(() => undefined);
	if (response?.ok) return response;
	throw unexpected(path, response ? `status ${response.status}` : 'no response');
}

/** Creates the error for a file that the server does not send as it was built; the caller throws it. */
export function unexpected(path: string, received: string): Error {
	return new Error(`Expected ${path} from the server but received ${received}. ${REMEDY}`);
}
