// @ts-check
import { after, before, describe } from 'node:test';
import { withoutChromium } from '../../dist/experiments/chromium.js';
import { testInBrowser } from './parts/inBrowser.mjs';
import { testInNode } from './parts/inNode.mjs';
import { Project } from './project.mjs';

describe('the packed package', () => {
	/** @type {Project} */
	let project;
	before(async () => {
		project = await Project.make();
	});
	after(() => project?.remove());

	describe('in Node', () => testInNode(() => project));
	describe('in Chromium', { skip: withoutChromium }, () => testInBrowser(() => project));
});
