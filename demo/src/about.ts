import { fetchSiteFile, unexpected } from './siteFile.js';

/** Content of about.json. */
export interface About {
	/** The model's classes. */
	readonly emotions: readonly string[];
	/** Figures from the model's metrics.json; null if it has none. */
	readonly scores: {
		readonly data: string;
		readonly drawn: boolean;
		readonly protocol: string;
		readonly n: number;
		readonly accuracy: { readonly estimate: number; readonly low: number; readonly high: number };
	} | null;
	/** Sample pictures, drawn by this project. */
	readonly samples: readonly { readonly file: string; readonly title: string }[];
}

/** Fetches about.json. @throws {Error} If the server does not send it. */
export async function fetchAbout(): Promise<About> {
	const response = await fetchSiteFile('about.json', document.baseURI);
	return response.json().catch(() => {
		throw unexpected('about.json', `something else (${response.headers.get('content-type')})`);
	});
}

/** Returns a sentence on the model's accuracy and the data it was measured on. */
export function accuracySentence(scores: About['scores']): string {
	if (!scores) return 'The accuracy of this model has not been measured.';
	const { data, drawn, protocol, n, accuracy } = scores;
	if (drawn) return 'This model was trained on drawn faces only: its predictions for people mean nothing.';
	const [estimate, low, high] = [accuracy.estimate, accuracy.low, accuracy.high].map(
		(value) => `${(100 * value).toFixed(1)} %`,
	);
	return (
		`Accuracy on ${n.toLocaleString('en')} test faces of ${data} (protocol ${protocol}): ${estimate} ` +
		`(95 % confidence interval ${low} to ${high}). ` +
		`${data === 'FER2013' ? 'Human accuracy on these faces is about 65 %. ' : ''}Expect less from your camera.`
	);
}
