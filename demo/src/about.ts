import { fetchSiteFile, unexpected } from './siteFile.js';

/** A network of the page. */
export interface ModelAbout {
	/** Folder of its files, relative to the page. */
	readonly folder: string;
	/** Name of its backbone. */
	readonly backbone: string;
	/** Of its weights. */
	readonly bytes: number;
	/** Figures from its metrics.json; null if it has none. */
	readonly scores: {
		readonly data: string;
		readonly drawn: boolean;
		readonly protocol: string;
		readonly n: number;
		readonly accuracy: { readonly estimate: number; readonly low: number; readonly high: number };
	} | null;
}

/** Content of about.json. */
export interface About {
	/** The classes of all models. */
	readonly emotions: readonly string[];
	/** At least one; the first one is the default. */
	readonly models: readonly ModelAbout[];
	/** Whether it is built for publishing: only then does the browser keep it. */
	readonly isPublished: boolean;
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

/** Names a network by what it can do: `72.1 % accurate, 9.6 MB`; by its backbone if that is not known. */
export function modelTitle({ backbone, bytes, scores }: ModelAbout): string {
	const name = scores && !scores.drawn ? `${exact(scores.accuracy.estimate)} accurate` : backbone || 'accuracy unknown';
	return `${name}, ${(bytes / 1e6).toFixed(1)} MB`;
}

/** Returns a sentence on the model's accuracy and the data it was measured on. */
export function accuracySentence(scores: ModelAbout['scores']): string {
	if (!scores) return 'The accuracy of this model has not been measured.';
	const { data, drawn, protocol, n, accuracy } = scores;
	if (drawn) return 'This model was trained on drawn faces only: its predictions for people mean nothing.';
	return (
		`Accuracy on ${n.toLocaleString('en')} test faces of ${data} (protocol ${protocol}): ${exact(accuracy.estimate)} ` +
		`(95 % confidence interval ${exact(accuracy.low)} to ${exact(accuracy.high)}). ` +
		`${data === 'FER2013' ? 'Human accuracy on these faces is about 65 %. ' : ''}Expect less from your camera.`
	);
}

const exact = (fraction: number) => `${(100 * fraction).toFixed(1)} %`;
