import { cacheName, keptAddress, oldCaches, type SiteFiles } from './siteCache.js';

/** Written before this script by cli/demo/offline.ts. */
declare const SITE: SiteFiles;
declare const registration: ServiceWorkerRegistration;
declare const clients: { claim(): Promise<void> };

/** The page's TypeScript has no types for service workers. */
interface LifeEvent extends Event {
	waitUntil(done: Promise<unknown>): void;
}
interface FetchEvent extends Event {
	readonly request: Request;
	respondWith(response: Promise<Response>): void;
}

const { scope } = registration;

/** Keeps the files of this build. Until all pages of an earlier one are closed, they keep getting its files. */
async function install(): Promise<void> {
	const cache = await caches.open(cacheName(scope, SITE));
	// The browser's own cache may have files of an earlier build.
	await cache.addAll(SITE.first.map((file) => new Request(new URL(file, scope), { cache: 'no-cache' })));
}

async function activate(): Promise<void> {
	await Promise.all(oldCaches(await caches.keys(), scope, SITE).map((name) => caches.delete(name)));
	await clients.claim();
}

/** Answers from the cache, or else from the server, and keeps the answer. */
async function answer(request: Request, address: string): Promise<Response> {
	const cache = await caches.open(cacheName(scope, SITE));
	const kept = await cache.match(address);
	// Where a server redirects index.html to its folder, browsers refuse the answer as that of a page.
	if (kept) return kept.redirected ? new Response(kept.body, kept) : kept;
	const response = await fetch(request);
	if (response.status === 200) await cache.put(address, response.clone());
	return response;
}

addEventListener('install', (event) => (event as LifeEvent).waitUntil(install()));
addEventListener('activate', (event) => (event as LifeEvent).waitUntil(activate()));
addEventListener('fetch', (event) => {
	const { request } = event as FetchEvent;
	const address = keptAddress(request, scope, SITE);
	if (address) (event as FetchEvent).respondWith(answer(request, address));
});
