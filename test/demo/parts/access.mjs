// @ts-check
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { it } from 'node:test';
import { skip } from '../visit.mjs';

/** @typedef {import('../page.test.mjs').Stage} Stage */

const { source: AXE } = createRequire(import.meta.url)('axe-core');

/** Tells what axe-core finds wrong in a page. @param {import('playwright-core').Page} page */
export async function violations(page) {
	await page.evaluate(AXE);
	const found = /** @type {import('axe-core').AxeResults} */ (await page.evaluate('axe.run()'));
	assert.ok(found.passes.length > 20);
	return found.violations.map(
		({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => html + failureSummary)}`,
	);
}

/** Presses Tab until the focus is back at the start, and tells where it was. @param {import('playwright-core').Page} page */
async function tabOrder(page) {
	const order = [];
	for (let i = 0; i < 20; i++) {
		await page.keyboard.press('Tab');
		const name = await page.evaluate(() => {
			const element = document.activeElement;
			return element === document.body
				? ''
				: element?.id || element?.querySelector('.face-label')?.textContent || element?.textContent;
		});
		if (!name) break;
		order.push(name);
	}
	return order;
}

/** It tells a screen reader: meters with their values, and the emotion once. @param {import('../visit.mjs').Visit} here */
async function assertSpoken(here) {
	const { values, labels } = await here.openSample();
	const emotion = labels[0].split(' ')[1];
	await here.says('#spoken', new RegExp(`^The face shows ${emotion}, \\d+ %\\.$`));
	const meters = await here.page.$$eval('[role=meter]', (all) =>
		all.map((meter) => ['aria-label', 'aria-valuenow', 'aria-valuetext'].map((name) => meter.getAttribute(name))),
	);
	const names = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'];
	assert.deepEqual(
		meters,
		names.map((name, i) => [name, String(Number.parseInt(values[i], 10)), values[i]]),
	);
	assert.deepEqual(await here.page.$$eval('[role=status]', (all) => all.map(({ id }) => id)), ['status', 'spoken']);
}

/** Keyboard, screen reader, colours, widths. @param {Stage} stage */
export function testAccess({ visit }) {
	for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
		it(`has nothing that axe-core finds wrong, empty, with faces and with a problem: ${colorScheme}`, async () => {
			const here = await visit({ colorScheme });
			const { page } = here;
			const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
			assert.equal(ground, colorScheme === 'dark' ? 'rgb(20, 22, 26)' : 'rgb(245, 245, 242)');
			assert.deepEqual(await violations(page), []);
			await page.check('#attention');
			await assertSpoken(here);
			await page.click('#sample');
			await here.count('.face', 3);
			assert.deepEqual(await violations(page), []);
			await page.setInputFiles('#file', { name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('no PNG') });
			await page.waitForSelector('#problem:visible');
			assert.deepEqual(await violations(page), []);
		});
	}

	it('works by keyboard: everything in the order of the page, faces from left to right', async () => {
		const here = await visit();
		const { page } = here;
		const controls = ['camera', 'open', 'sample', 'share', 'attention', 'model', 'backend'];
		const [skip, licences] = ['Skip to the result', 'Licences of the software on this page'];
		assert.deepEqual(await tabOrder(page), [skip, ...controls, licences]);
		await page.focus('#sample');
		for (const count of [1, 3]) {
			await page.keyboard.press('Enter');
			await here.count('.face', count);
		}
		await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
		await page.focus('.skip');
		const { labels, pressed } = await here.shown();
		assert.deepEqual(await tabOrder(page), [...labels, ...controls, licences]);
		// The largest is shown, until another one is chosen; chosen again, it is let go.
		const largest = pressed.indexOf('true');
		assert.deepEqual(pressed.filter((state) => state === 'true').length, 1);
		await page.focus(`.face:nth-child(${largest === 2 ? 2 : 3})`);
		await page.keyboard.press('Space');
		const chosen = await here.shown();
		assert.equal(chosen.pressed[largest === 2 ? 1 : 2], 'true');
		assert.equal(chosen.whose, `Face ${largest === 2 ? 2 : 3} of 3`);
		const share = chosen.labels[largest === 2 ? 1 : 2].split(' ').slice(-2).join(' ');
		assert.ok(chosen.values.includes(share), `${chosen.values} has ${share}`);
		await page.keyboard.press('Space');
		assert.equal((await here.shown()).whose, `Face ${largest + 1} of 3, the largest`);
		await page.focus('.skip');
		await page.keyboard.press('Enter');
		assert.equal(await page.evaluate('document.activeElement.id'), 'result');
	});

	it('fits a phone: nothing wider than the screen, buttons for fingers', { skip }, async () => {
		// The narrowest in use.
		const width = 320;
		const here = await visit({ viewport: { width, height: 844 }, isMobile: true, hasTouch: true });
		for (let i = 0; i < 2; i++) await here.openSample();
		assert.equal(await here.page.evaluate('document.documentElement.scrollWidth'), width);
		const heights = await here.page.$$eval('.actions button, select:not([hidden] *)', (all) =>
			all.map((element) => element.getBoundingClientRect().height),
		);
		assert.ok(heights.length === 5 && heights.every((height) => height >= 44), `${heights}`);
		// Labels are short enough not to cover each other.
		const labels = await here.page.$$eval('.face-label', (all) =>
			all.map((each) => each.getBoundingClientRect()).map(({ left, right }) => [left, right]),
		);
		assert.ok(
			labels.every(([left], i) => i === 0 || left >= labels[i - 1][1]),
			JSON.stringify(labels),
		);
	});

	it('moves twice a second at most for who asks for less motion', { skip }, async () => {
		const here = await visit({ reducedMotion: 'reduce' });
		await here.page.click('#camera');
		await here.says('.face-label', /^1: /);
		const lengths = await here.page.evaluate(async () => {
			const [fill] = document.querySelectorAll('.first .bar-fill');
			const [seen, began] = [new Set(), performance.now()];
			while (performance.now() - began < 1900) {
				await new Promise(requestAnimationFrame);
				seen.add(/** @type {HTMLElement} */ (fill).style.transform);
			}
			return seen.size;
		});
		assert.ok(lengths <= 5, `${lengths} lengths`);
	});
}
