// @ts-check
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/**
 * What the browser lets this page do: nothing from another address, and nothing to another address. Scripts of others
 * would be refused, and so would an image sent away.
 */
const POLICY = [
	"default-src 'none'",
	"script-src 'self' 'wasm-unsafe-eval'",
	"style-src 'self'",
	"img-src 'self' blob: data:",
	"media-src 'self' blob: mediastream:",
	"connect-src 'self'",
	"worker-src 'self' blob:",
	"base-uri 'none'",
	"form-action 'none'",
].join('; ');

/** The times of plugins are no warning. */
const checks = { pluginTimings: false };

/** The page as a static site; scripts/demo.mjs says where it goes and where its model lies. */
export default defineConfig({
	root: path.dirname(fileURLToPath(import.meta.url)),
	// Works in any folder of any server.
	base: './',
	cacheDir: '../node_modules/.vite',
	// No page for what is not there: a missing file is an error.
	appType: 'mpa',
	build: {
		target: 'es2022',
		emptyOutDir: true,
		// TensorFlow.js is what it is.
		chunkSizeWarningLimit: 4000,
		rolldownOptions: { checks },
	},
	worker: {
		// Of more than one file: WebGPU is fetched only where it is chosen.
		format: 'es',
		// Half of it would be the same licence in a thousand files; licenses.txt has them all.
		rolldownOptions: { checks, output: { comments: { legal: false } } },
	},
	plugins: [
		{
			name: 'content-security-policy',
			transformIndexHtml: () => [
				{ tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
			],
		},
	],
});
