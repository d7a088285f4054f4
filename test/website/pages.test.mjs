// @ts-check
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { resolveLink, siteLinks } from '../../website/links.mjs';
import { FILES, routeOf } from '../../website/pages.mjs';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const REPOSITORY = 'https://github.com/owner/name';

/** Reads a page without its code. @param {string} file */
function proseOf(file) {
	const text = fs.readFileSync(path.join(PROJECT, file), 'utf8');
	return text.replace(/^(`{3,})[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
}

/** Lists the links and images of a page. @param {string} file */
function linksOf(file) {
	return Array.from(
		proseOf(file).matchAll(/\]\((?:<([^>]*)>|([^)\s]*))\)/g),
		([, inBrackets, plain]) => inBrackets ?? plain,
	);
}

/** Lists the anchors of a page's headings, as GitHub and VitePress make them of plain words. @param {string} file */
function anchorsOf(file) {
	const headings = proseOf(file).matchAll(/^#+ (.+)$/gm);
	return Array.from(headings, ([, text]) =>
		text
			.toLowerCase()
			.replace(/[^\p{L}\d -]/gu, '')
			.trim()
			.replace(/ /g, '-'),
	);
}

describe('the pages of the site', () => {
	it('are all pages of docs/ and all model cards, and exist', () => {
		const listed = [...FILES].sort();
		const docs = fs.readdirSync(path.join(PROJECT, 'docs')).filter((name) => name.endsWith('.md'));
		const models = fs.readdirSync(path.join(PROJECT, 'models'), { withFileTypes: true });
		const cards = models.filter((entry) => entry.isDirectory()).map(({ name }) => `models/${name}/MODEL_CARD.md`);
		for (const file of [...docs.map((name) => `docs/${name}`), ...cards]) {
			assert.ok(listed.includes(file), `${file} is not in the site: add it to website/pages.mjs`);
		}
		for (const file of listed) assert.ok(fs.existsSync(path.join(PROJECT, file)), file);
	});

	it('have an address of their own each', () => {
		assert.deepEqual(
			['README.md', 'docs/own-data.md', 'data/README.md', 'models/full/MODEL_CARD.md', 'CHANGELOG.md'].map(routeOf),
			['index', 'own-data', 'data', 'models/full', 'changelog'],
		);
		const routes = FILES.map(routeOf);
		assert.equal(new Set(routes).size, routes.length);
		// The folders of the API reference, the page and the figures.
		for (const route of routes) assert.doesNotMatch(route, /^(api|demo|images)(\/|$)/);
	});

	it('link to files and headings that exist', () => {
		let count = 0;
		for (const file of FILES) {
			for (const href of linksOf(file)) {
				const address = resolveLink(file, href, REPOSITORY);
				const [, place, anchor] = /** @type {RegExpExecArray} */ (/^([^#]*)#?(.*)$/.exec(href));
				if (anchor && !/^[a-z]+:/.test(href)) {
					const target = path.posix.join(path.posix.dirname(file), place);
					assert.ok(anchorsOf(place ? target : file).includes(anchor), `${file} links to ${href}`);
				}
				assert.ok(address, `${file} links to ${href}`);
				count++;
			}
		}
		assert.ok(count > 50);
	});
});

describe('a link of a page', () => {
	it('leads to a page by its address in the site', () => {
		assert.equal(resolveLink('docs/usage.md', 'own-data.md'), '/own-data');
		assert.equal(resolveLink('docs/usage.md', '../data/README.md#other-data-sets'), '/data#other-data-sets');
		assert.equal(resolveLink('docs/usage.md', '../README.md'), '/');
		assert.equal(resolveLink('models/official/MODEL_CARD.md', '../../docs/protocol.md'), '/protocol');
	});

	it('leads to any other file in the repository, if its address is known', () => {
		const { href, folder } = { href: 'results/trials.csv', folder: '../models/' };
		assert.equal(resolveLink('docs/protocol.md', href, REPOSITORY), `${REPOSITORY}/blob/HEAD/docs/results/trials.csv`);
		assert.equal(resolveLink('docs/protocol.md', folder, REPOSITORY), `${REPOSITORY}/tree/HEAD/models`);
		assert.equal(resolveLink('docs/protocol.md', href), undefined);
	});

	it('stays as it is outside the project and within the page; figures come with the site', () => {
		for (const href of ['https://arxiv.org/abs/1307.0414', '#results'])
			assert.equal(resolveLink('README.md', href), href);
		assert.equal(resolveLink('README.md', 'images/Phase 2 graphs.png'), '/images/Phase%202%20graphs.png');
	});

	it('must not lead to a missing file', () => {
		assert.throws(
			() => resolveLink('docs/usage.md', 'missing.md'),
			/docs\/usage.md links to missing.md, which does not/,
		);
		assert.throws(() => resolveLink('docs/usage.md', '../../etc'), /which does not exist/);
	});

	it('is removed with its text kept, where it would lead nowhere', () => {
		/** @param {string} type @param {string} [href] */
		const token = (type, href = '') => ({
			type,
			href,
			children: null,
			attrGet: () => href,
			/** @param {string} _ @param {string} value */
			attrSet(_, value) {
				this.href = value;
			},
		});
		const children = [token('link_open', 'results'), token('text'), token('link_close'), token('text')];
		children.push(token('link_open', 'peers.md'), token('text'), token('link_close'));
		const block = { ...token('inline'), children: /** @type {any} */ (children) };
		siteLinks()({
			core: { ruler: { push: (_, rule) => rule({ tokens: [block], env: { relativePath: 'protocol.md' } }) } },
		});
		const types = block.children.map((/** @type {{type: string}} */ { type }) => type);
		assert.deepEqual(types, ['text', 'text', 'link_open', 'text', 'link_close']);
		assert.equal(block.children[2].href, '/peers');
	});
});

const slow = process.env.FER_SLOW_TESTS
	? false
	: 'FER_SLOW_TESTS=1 builds the site, for minutes, with packages of its own';
describe('npm run docs', { skip: slow }, () => {
	it('builds every page, the API reference and the search', () => {
		const env = { ...process.env, SITE_BASE: '/fer/', SITE_REPOSITORY: REPOSITORY };
		execFileSync(process.execPath, ['scripts/docs.mjs'], { cwd: PROJECT, env, stdio: 'ignore' });
		const dist = path.join(PROJECT, 'website', 'dist');
		const read = (/** @type {string} */ name) => fs.readFileSync(path.join(dist, name), 'utf8');
		for (const file of FILES) assert.match(read(`${routeOf(file)}.html`), /<h1/);
		assert.match(read('api/functions/augment.html'), /AugmentOptions/);
		// Under the folder of the server, and to the repository.
		assert.match(read('usage.html'), /href="\/fer\/own-data.html"/);
		assert.match(
			read('protocol.html'),
			/href="https:\/\/github.com\/owner\/name\/blob\/HEAD\/docs\/results\/trials.csv"/,
		);
		assert.ok(fs.existsSync(path.join(dist, 'images', 'Phase 2 graphs.png')));
	});
});
