import { areEmotions, listNames, type ModelAbout } from '../faceModel';

/** The texts of the page that depend on the model's classes, by their names in demo/index.html: `{{title}}`. */
export function pageTexts(about: Pick<ModelAbout, 'emotions'>) {
	if (areEmotions(about)) {
		return {
			title: 'Which emotion does this face show?',
			// Of the installed application, where there is little room.
			name: 'Emotions',
			description: 'Recognises seven facial expressions in the browser. No image leaves your device.',
			intro: 'A small neural network recognises seven facial expressions, on your own device.',
			heading: 'Emotions',
			class: 'emotion',
		};
	}
	const task = `as ${listNames(about.emotions, 'or')}`;
	return {
		title: 'What does this face show?',
		name: 'Faces',
		description: `Classifies faces ${task} in the browser. No image leaves your device.`,
		intro: `A small neural network classifies faces ${task}, on your own device.`,
		heading: 'Classes',
		class: 'class',
	};
}

/** Fills texts into a page, escaped. */
export function fillTexts(page: string, texts: ReturnType<typeof pageTexts>): string {
	return Object.entries(texts).reduce(
		(filled, [name, text]) => filled.replaceAll(`{{${name}}}`, () => escapeHtml(text)),
		page,
	);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeHtml = (text: string) => text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character]);
