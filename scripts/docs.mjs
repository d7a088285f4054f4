// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { FILES, routeOf } from '../website/pages.mjs';
import { withLock } from './setup/lock.mjs';
import { npmStep, packagesStep } from './setup/npmPackages.mjs';
import { ROOT } from './setup/paths.mjs';
import { parseOptions, runMain } from './setup/problem.mjs';
import { run, runStep } from './setup/processes.mjs';
import { showTask } from './setup/terminal.mjs';

const HELP = `npm run docs [-- options]: builds the documentation site in website/dist from the pages that website/pages.mjs lists and the
doc comments of lib/; what builds it is installed in website/ first.
  --serve  build it, and serve it on this computer until Ctrl-C
  --help   print this text
Environment, all optional:
  SITE_BASE        folder of the server in which the site will lie: /fer/
  SITE_REPOSITORY  the project's address on GitHub; without it there are no links to files that are not in the site
  SITE_DEMO        where in the site the page of npx fer demo --build will lie, for a link to it: /demo/`;

const SITE = path.join(ROOT, 'website');
const PAGES = path.join(SITE, 'pages');

/** Installs the packages of the project, whose types TypeDoc reads, and those of the site. */
function install() {
	const steps = [npmStep(), packagesStep({ name: 'site', title: 'npm packages of the site', folder: SITE })];
	const pending = steps.filter((step) => !step.isCurrent());
	if (pending.length === 0) return;
	const onWait = (/** @type {string} */ holder) => console.log(`Waiting for a set-up of this folder (${holder}).`);
	return withLock(
		ROOT,
		async () => {
			for (const step of pending) if (!step.isCurrent()) await showTask(process.stdout, step.title, step.run);
		},
		onWait,
	);
}

/** Copies the pages and images to where VitePress reads them. */
function copyPages() {
	fs.rmSync(PAGES, { recursive: true, force: true });
	for (const file of FILES) {
		const copy = path.join(PAGES, `${routeOf(file)}.md`);
		fs.mkdirSync(path.dirname(copy), { recursive: true });
		fs.copyFileSync(path.join(ROOT, file), copy);
	}
	const files = path.join(PAGES, 'public');
	fs.cpSync(path.join(ROOT, 'images'), path.join(files, 'images'), { recursive: true });
	fs.copyFileSync(path.join(ROOT, 'demo', 'icon.svg'), path.join(files, 'icon.svg'));
}

/** Runs a program of the site's packages. @param {string} name @param {string} file @param {readonly string[]} args */
function runTool(name, file, args) {
	return runStep(name, process.execPath, [path.join(SITE, 'node_modules', file), ...args]);
}

await runMain(async () => {
	const flag = /** @type {const} */ ({ type: 'boolean' });
	const { values } = parseOptions({ options: { serve: flag, help: flag } });
	if (values.help) return console.log(HELP);
	await install();
	copyPages();
	await showTask(process.stdout, 'API reference', () =>
		runTool('typedoc', 'typedoc/bin/typedoc', ['--options', path.join(SITE, 'typedoc.json')]),
	);
	await showTask(process.stdout, 'Site', () => runTool('vitepress', 'vitepress/bin/vitepress.js', ['build', SITE]));
	console.log(path.relative(process.cwd(), path.join(SITE, 'dist')));
	if (!values.serve) return 0;
	const vitepress = path.join(SITE, 'node_modules', 'vitepress', 'bin', 'vitepress.js');
	return run(process.execPath, [vitepress, 'preview', SITE], { cwd: ROOT, stdio: 'inherit' }, () => {});
});
