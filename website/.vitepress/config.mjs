// @ts-check
import fs from 'node:fs';
import { defineConfig } from 'vitepress';
import { siteLinks } from '../links.mjs';
import { routeOf, SECTIONS } from '../pages.mjs';

// Set by the workflow; without them the site is for this computer.
const { SITE_BASE, SITE_REPOSITORY, SITE_DEMO } = process.env;
const BASE = SITE_BASE || '/';

const sidebar = SECTIONS.map(({ title, pages }) => ({
	text: title,
	items: Object.entries(pages).map(([file, text]) => ({ text, link: `/${routeOf(file).replace(/^index$/, '')}` })),
}));

/** The side bar of the API reference, which TypeDoc has written. */
const api = JSON.parse(fs.readFileSync(new URL('../pages/api/typedoc-sidebar.json', import.meta.url), 'utf8'));

/** The documentation site: `npm run docs` copies the pages into `pages/` and builds it. */
export default defineConfig({
	title: 'Facial emotion recognition',
	description: 'Facial emotion recognition on FER2013 by transfer learning, in TypeScript',
	lang: 'en-GB',
	srcDir: 'pages',
	outDir: 'dist',
	base: BASE,
	head: [['link', { rel: 'icon', href: `${BASE}icon.svg` }]],
	markdown: { config: (markdown) => void markdown.use(siteLinks(SITE_REPOSITORY)) },
	themeConfig: {
		logo: '/icon.svg',
		nav: [
			{ text: 'Guide', link: '/usage', activeMatch: '^/(?!api/)' },
			{ text: 'API', link: '/api/', activeMatch: '^/api/' },
			...(SITE_DEMO ? [{ text: 'Try it', link: SITE_DEMO, target: '_self' }] : []),
		],
		sidebar: { '/': sidebar, '/api/': api },
		outline: [2, 3],
		search: { provider: 'local' },
		socialLinks: SITE_REPOSITORY ? [{ icon: 'github', link: SITE_REPOSITORY }] : undefined,
	},
});
