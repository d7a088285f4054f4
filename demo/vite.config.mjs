// @ts-check
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/**
 * Content security policy: nothing is loaded from other sites, and nothing is sent to them. The browser would refuse
 * foreign scripts, and also an upload of an image.
 */
const POLICY = [
	"default-src 'none'",
	"script-src 'self' 'wasm-unsafe-eval'",
	"style-src 'self'",
	"img-src 'self' blob: data:",
	"media-src 'self' blob: mediastream:",
	"connect-src 'self'",
	"manifest-src 'self'",
	"worker-src 'self' blob:",
	"base-uri 'none'",
	"form-action 'none'",
].join('; ');

/**
 * Headers of the local server, which a published page should have too (docs/usage.md). Browsers take `frame-ancestors` from
 * a header only, and the policy of the service worker, which the page's own does not bind.
 */
const HEADERS = {
	'Content-Security-Policy': "connect-src 'self'; frame-ancestors 'none'",
	'Referrer-Policy': 'no-referrer',
	'X-Content-Type-Options': 'nosniff',
};

const inFolder = (/** @type {string} */ file) => path.join(path.dirname(fileURLToPath(import.meta.url)), file);

/** Timings of plugins are not worth a warning. */
const checks = { pluginTimings: false };

/** Builds the page as a static site; the command sets the output folder and the model. */
export default defineConfig({
	root: inFolder(''),
	// Relative URLs, so that it works in any folder of any server.
	base: './',
	cacheDir: '../node_modules/.vite',
	// A missing file is an error, not a fallback page.
	appType: 'mpa',
	build: {
		target: 'es2022',
		emptyOutDir: true,
		// TensorFlow.js is large.
		chunkSizeWarningLimit: 4000,
		rolldownOptions: {
			checks,
			input: { index: inFolder('index.html'), serviceWorker: inFolder('src/offline/serviceWorker.ts') },
			// A service worker's scope is its own folder.
			output: { entryFileNames: ({ name }) => (name === 'serviceWorker' ? '[name].js' : 'assets/[name]-[hash].js') },
		},
	},
	worker: {
		// Several files: WebGPU is fetched only if it is chosen.
		format: 'es',
		// Licence comments would be half of the output; licenses.txt contains them all.
		rolldownOptions: { checks, output: { comments: { legal: false } } },
	},
	preview: { headers: HEADERS },
	plugins: [
		{
			name: 'content-security-policy',
			transformIndexHtml: () => [
				{ tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
			],
		},
	],
});
