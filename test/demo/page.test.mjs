// @ts-check
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe } from 'node:test';
import { launchChromium, withoutChromium } from '../../dist/experiments/chromium.js';
import { testAccess } from './parts/access.mjs';
import { testCamera } from './parts/camera.mjs';
import { testPrivacy } from './parts/privacy.mjs';
import { testReading } from './parts/reading.mjs';
import { testStarting } from './parts/starting.mjs';
import { testVideos } from './parts/videos.mjs';
import { writeCameraVideo } from './pictures.mjs';
import { Site } from './site.mjs';
import { Visit } from './visit.mjs';

/**
 * @typedef {object} Stage What the tests share.
 * @property {() => Site} site
 * @property {() => import('playwright-core').Browser} browser
 * @property {(options?: Parameters<typeof Visit.begin>[2] & {address?: string}) => Promise<Visit>} visit Opens the page; it
 * is closed and judged when the test ends.
 */

describe('the page in Chromium', { skip: withoutChromium }, () => {
	/** @type {Site} */
	let site;
	/** @type {import('playwright-core').Browser} */
	let browser;
	/** @type {Visit[]} */
	let visits = [];
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fer-camera-'));

	before(async () => {
		site = await Site.build();
		const camera = `--use-file-for-fake-video-capture=${await writeCameraVideo(folder)}`;
		browser = await launchChromium(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', camera]);
	});
	afterEach(async () => {
		const open = visits;
		visits = [];
		for (const visit of open) await visit.end();
	});
	after(async () => {
		await browser?.close();
		await site?.close();
		fs.rmSync(folder, { recursive: true });
	});

	/** @type {Stage} */
	const stage = {
		site: () => site,
		browser: () => browser,
		visit: async ({ address = site.address(), ...options } = {}) => {
			const visit = await Visit.begin(browser, address, options);
			visits.push(visit);
			return visit;
		},
	};
	describe('photos', () => testReading(stage));
	describe('the camera', () => testCamera(stage));
	describe('videos', () => testVideos(stage));
	describe('what it keeps to itself', () => testPrivacy(stage));
	describe('the start', () => testStarting(stage));
	describe('for everybody', () => testAccess(stage));
});
