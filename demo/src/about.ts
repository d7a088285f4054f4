import { fileAddress } from './page.js';

/** What about.json holds: figures from the model's metrics.json; null where it has none. */
export interface About {
	readonly scores: {
		readonly data: string;
		readonly drawn: boolean;
		readonly protocol: string;
		readonly n: number;
		readonly accuracy: { readonly estimate: number; readonly low: number; readonly high: number };
	} | null;
	/** Pictures to try, drawn by this project. */
	readonly samples: readonly { readonly file: string; readonly title: string }[];
}

/** @throws {Error} If the server does not send it. */
export async function fetchAbout(): Promise<About> {
	const response = await fetch(fileAddress('about.json'));
	if (!response.ok) throw new Error(`The server sent no about.json (${response.status}).`);
	return response.json();
}

/** Says how good the model is, and on what. */
export function accuracySentence(scores: About['scores']): string {
	if (!scores) return 'Nobody has measured how often this model is right.';
	const { data, drawn, protocol, n, accuracy } = scores;
	if (drawn) return 'This model has learnt drawn faces alone: what it says of people means nothing.';
	const [estimate, low, high] = [accuracy.estimate, accuracy.low, accuracy.high].map(
		(value) => `${(100 * value).toFixed(1)} %`,
	);
	return (
		`Of ${n.toLocaleString('en')} faces of ${data} that it had not learnt (protocol ${protocol}), it names ${estimate} as ` +
		`people have labelled them (95 % interval ${low} to ${high}). People agree with those labels on about 65 %. ` +
		'From your camera, expect less.'
	);
}
