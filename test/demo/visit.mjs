// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';

/** Why a test of less importance is skipped: each visit takes seconds. */
export const skip = process.env.FER_SLOW_TESTS ? false : 'one more visit to the page: FER_SLOW_TESTS=1 runs it';

/** Milliseconds within which the page does what it does: much, for machines that are busy. */
const PATIENCE = 90_000;

/** What a page shows of its faces. */
const READ = () => {
	const texts = (/** @type {string} */ selector) =>
		[...document.querySelectorAll(selector)].map(({ textContent }) => textContent ?? '');
	const boxes = [...document.querySelectorAll('.face')].map((face) => {
		const { left, top, width, height } = /** @type {HTMLElement} */ (face).style;
		return [left, top, width, height].map((part) => Number.parseFloat(part) / 100);
	});
	return {
		boxes,
		labels: texts('.face-label'),
		pressed: [...document.querySelectorAll('.face')].map((face) => face.getAttribute('aria-pressed')),
		values: texts('.bar-value'),
		whose: document.querySelector('#whose')?.textContent,
	};
};

/** Somebody at the page: notes all requests and errors. */
export class Visit {
	/** @private @param {import('playwright-core').BrowserContext} context @param {import('playwright-core').Page} page */
	constructor(context, page) {
		this.context = context;
		this.page = page;
		/** @type {string[]} */
		this.requests = [];
		/** @type {string[]} */
		this.errors = [];
		page.setDefaultTimeout(PATIENCE);
		page.on('request', (request) => this.requests.push(request.url()));
		page.on('pageerror', ({ message }) => this.errors.push(message));
		page.on('console', (message) => message.type() === 'error' && this.errors.push(message.text()));
	}

	/**
	 * Opens the page and waits until it is ready.
	 * @param {import('playwright-core').Browser} browser
	 * @param {string} address
	 * @param {import('playwright-core').BrowserContextOptions & {script?: () => void}} [options] `script` runs before the page's.
	 */
	static async begin(browser, address, { script, ...options } = {}) {
		// Keeping the page takes time; only visits that are about that do it.
		const context = await browser.newContext({ serviceWorkers: 'block', ...options });
		const visit = new Visit(context, await context.newPage());
		if (script) await context.addInitScript(script);
		await visit.page.goto(address);
		await visit.status(/^Ready\.$/);
		return visit;
	}

	/** Waits until the page says that it is doing something. @param {RegExp} words */
	async status(words) {
		await this.says('#status', words);
	}

	/** Waits for an element's text. @param {string} selector @param {RegExp} words */
	async says(selector, words) {
		const wait = (/** @type {string[]} */ [place, source]) =>
			new RegExp(source).test(document.querySelector(place)?.textContent ?? '');
		await this.page.waitForFunction(wait, [selector, words.source]);
	}

	/** Waits until there are so many of an element. @param {string} selector @param {number} number */
	async count(selector, number) {
		const wait = (/** @type {[string, number]} */ [all, expected]) =>
			document.querySelectorAll(all).length === expected;
		await this.page.waitForFunction(wait, /** @type {[string, number]} */ ([selector, number]));
	}

	/** Opens the next drawn picture, and waits until it is read. */
	async openSample() {
		// What it says of the picture before is no answer.
		await this.page.evaluate(() => document.querySelector('#status')?.replaceChildren());
		await this.page.click('#sample');
		await this.status(/found/);
		return this.shown();
	}

	/** Clicks a button that saves a file. @param {string} selector @returns Its name and content. */
	async saved(selector) {
		const [download] = await Promise.all([this.page.waitForEvent('download'), this.page.click(selector)]);
		return { name: download.suggestedFilename(), content: fs.readFileSync(await download.path()) };
	}

	/** Waits until what is shown stands still, and tells it. */
	async shown() {
		// Texts follow the bars within a quarter of a second.
		await this.page.waitForTimeout(400);
		return this.page.evaluate(READ);
	}

	/** Ends it; nothing may have gone wrong, and nothing asked for elsewhere. */
	async end() {
		const { origin } = new URL(this.page.url());
		await this.context.close();
		assert.deepEqual(this.errors, []);
		const others = this.requests.filter(
			(address) => !address.startsWith(`${origin}/`) && !/^(data|blob):/.test(address),
		);
		assert.deepEqual(others, []);
	}
}
