// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FILES, routeOf } from './pages.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * @typedef {{type: string, children: Token[] | null, attrGet: (name: string) => string | null,
 *   attrSet: (name: string, value: string) => void}} Token A token of markdown-it, as far as it is used here.
 */

/**
 * Finds where a link or an image of a page leads in the site.
 * @param {string} file The page, by its path in the project.
 * @param {string} href
 * @param {string} [repository] The project's address on GitHub, to which links to its other files lead.
 * @returns {string | undefined} undefined for a file that is no page, if the address is not known.
 * @throws {Error} If the file does not exist.
 */
export function resolveLink(file, href, repository) {
	if (/^([a-z][a-z\d+.-]*:|#|$)/i.test(href)) return href;
	const [, place, hash] = /** @type {RegExpExecArray} */ (/^([^#]*)(#.*)?$/.exec(href));
	const target = path.posix.join(path.posix.dirname(file), decodeURI(place)).replace(/\/$/, '');
	if (FILES.includes(target)) {
		const route = routeOf(target);
		return `/${route === 'index' ? '' : route}${hash ?? ''}`;
	}
	const stats = fs.statSync(path.join(ROOT, target), { throwIfNoEntry: false });
	if (target.startsWith('..') || !stats) throw new Error(`${file} links to ${href}, which does not exist.`);
	if (target.startsWith('images/')) return `/${encodeURI(target)}`;
	return repository && `${repository}/${stats.isDirectory() ? 'tree' : 'blob'}/HEAD/${encodeURI(target)}`;
}

/**
 * Makes a plugin of markdown-it that leads the links of all pages into the site, and removes those that lead nowhere.
 * @param {string} [repository]
 */
export function siteLinks(repository) {
	const files = new Map(FILES.map((file) => [`${routeOf(file)}.md`, file]));
	/** @param {{core: {ruler: {push: (name: string, rule: (state: {tokens: Token[], env: {relativePath?: string}}) => void) => void}}}} markdown */
	return (markdown) => {
		markdown.core.ruler.push('site-links', ({ tokens, env }) => {
			const file = files.get(env.relativePath ?? '');
			// The API reference links within itself.
			if (!file) return;
			for (const token of tokens) token.children = token.children && withSiteLinks(token.children, file, repository);
		});
	};
}

/**
 * Leads links and images into the site; of a link that leads nowhere its text remains.
 * @param {Token[]} tokens Of one paragraph.
 * @param {string} file
 * @param {string} [repository]
 */
function withSiteLinks(tokens, file, repository) {
	let isRemoved = false;
	return tokens.filter((token) => {
		if (token.type === 'link_close') return !isRemoved;
		if (token.type !== 'link_open' && token.type !== 'image') return true;
		const name = token.type === 'image' ? 'src' : 'href';
		const address = resolveLink(file, token.attrGet(name) ?? '', repository);
		if (address !== undefined) token.attrSet(name, address);
		if (token.type === 'link_open') isRemoved = address === undefined;
		return address !== undefined;
	});
}
