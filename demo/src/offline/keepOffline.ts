import { fileAddress } from '../page.js';

const KEPT = 'This page also works without a network: the browser keeps a copy of it.';
const NEWER = 'There is a newer version of this page. Close all its tabs and open it again.';

/**
 * Makes the browser keep the page for use without a network, if it does that: not for files, insecure addresses and
 * private windows.
 * @param onChange Called with a sentence on what is kept.
 */
export async function keepOffline(onChange: (sentence: string) => void): Promise<void> {
	try {
		// Undefined where a browser has turned it off.
		const registration: ServiceWorkerRegistration | undefined = await navigator.serviceWorker?.register(
			fileAddress('serviceWorker.js'),
		);
		if (!registration) return;
		const show = () => {
			if (registration.active) onChange(registration.waiting ? NEWER : KEPT);
		};
		registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', show));
		registration.installing?.addEventListener('statechange', show);
		show();
	} catch {
		// Forbidden by the visitor or a policy of the server; the page works without.
	}
}
