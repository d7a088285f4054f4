import { formatCount, formatMegabytes, formatPercent, formatRange, formatRatio } from '../../lib/format';
import { areEmotions, isOfFer2013, listNames, type ModelAbout, originOf, trainingDataOf } from '../faceModel';
import { fillMarks } from '../markdown';

/** Bytes of a model's weights, by bits. */
export type WeightBytes = Readonly<Record<number, number>>;

/**
 * Fills package/README.md for a model: its classes and size, what it was trained on, and its own accuracy. What the page says
 * about the faces of FER2013 stays for models of FER2013 alone.
 */
export function packageReadme(page: string, about: ModelAbout, bytes: WeightBytes): string {
	const parts = {
		about: aboutText(about),
		example: example(page.split(/<!-- \/?model:example -->\n/)[1]?.trimEnd() ?? '', about),
		bits: bits(bytes),
		layers: layers(about),
		accuracy: accuracy(about),
		...(!isOfFer2013(about) && { limits: limits(about) }),
		licences: licences(about),
	};
	return fillMarks(page, { file: 'package/README.md', group: 'model', parts });
}

/** Fills the fields of package/package.json that say what a model recognises. */
export function packageManifest(manifest: object, about: ModelAbout): object {
	if (isOfFer2013(about)) return manifest;
	const { keywords = [] } = manifest as { readonly keywords?: readonly string[] };
	const subject = areEmotions(about)
		? 'Facial expression recognition'
		: `Classification of faces as ${listNames(about.emotions, 'or')}`;
	const description = `${subject} in Node and browsers: a small network with its weights, on TensorFlow.js`;
	return { ...manifest, description, keywords: keywords.filter((word) => word !== 'fer2013') };
}

/** Escapes what Markdown would take for marks. */
const plain = (text: string) => text.replaceAll(/[\\`*_<>[\]|&]/g, '\\$&');

/** The data that a model was trained on, in a sentence. */
const dataOf = (about: ModelAbout) => plain(trainingDataOf(about));

function aboutText(about: ModelAbout): string {
	const names = plain(listNames(about.emotions));
	const task = areEmotions(about)
		? `Recognises seven facial expressions: ${names}`
		: `Classifies faces into ${about.emotions.length} classes: ${names}`;
	return (
		`${task}. A small convolutional network (${about.backbone}, trained on ${dataOf(about)}), weights included, for ` +
		'[TensorFlow.js](https://www.tensorflow.org/js). It runs in Node and in browsers. Images never leave the machine, and ' +
		'you need neither Python nor a compiler.'
	);
}

/** Replaces the answer in the page's first example. */
function example(code: string, { emotions }: ModelAbout): string {
	const key = (name: string) => (/^[a-z_]\w*$/i.test(name) ? name : `'${quoted(name)}'`);
	const shown = emotions.slice(0, 7);
	const shares = shown.map((name, i) => `${key(name)}: ${i === 0 ? 0.9 : (0.1 / (emotions.length - 1)).toFixed(2)}`);
	const rest = emotions.length > shown.length ? ', …' : '';
	const answer = `// for example '${quoted(shown[0])}', { ${shares.join(', ')}${rest} }`;
	return code.replace(/^\/\/ .*$/m, () => answer);
}

/** The name of a class in a line of JavaScript, between single quotes. */
const quoted = (name: string) => name.replaceAll(/[\\']/g, '\\$&').replaceAll(/\s+/g, ' ');

function bits(bytes: WeightBytes): string {
	const [large, small] = [16, 8].map((each) => formatMegabytes(bytes[each]));
	return `- \`bits\`: 16 (default, ${large}) or 8 (${small}), which is slightly less accurate.`;
}

function layers({ shape: [height, width, channels], emotions }: ModelAbout): string {
	const pixels = `${channels === 1 ? 'greyscale' : 'RGB'} pixels \`[n, ${height}, ${width}, ${channels}]\``;
	const ends = `0 to 255, in; ${emotions.length} probabilities out`;
	return `The folders \`dist/weights/default/16\` and \`dist/weights/default/8\` are ordinary tfjs layers models: ${pixels}, ${ends}.`;
}

function accuracy(about: ModelAbout): string {
	const { metrics } = about;
	if (!metrics?.intervals) return 'The accuracy of this model has not been measured.';
	if (metrics.dataset.drawn) return 'The model was trained on drawn faces: its predictions for people mean nothing.';
	const { part, protocol, n, intervals, macroF1, tta } = metrics;
	const share = `${formatPercent(intervals.accuracy.estimate)} ${formatRange(intervals.accuracy, formatPercent)}`;
	const averaged = tta?.views === 'six' ? `; with \`tta\` ${formatPercent(tta.accuracy)}` : '';
	return (
		`Accuracy on the ${part} part of ${dataOf(about)} (protocol \`${protocol}\`, n = ${formatCount(n)}), of the network as ` +
		`trained: ${share}${averaged}; macro F1 ${formatRatio(macroF1)}. In parentheses: the 95 % confidence interval.`
	);
}

function limits(about: ModelAbout): string {
	const [height, width, channels] = about.shape;
	return [
		`- The network was trained on ${dataOf(about)}. Expect it to be less accurate on other pictures and other people, and its accuracy to differ between groups of people.`,
		`- Its training images are ${width} x ${height} pixels, ${channels === 1 ? 'grey' : 'in colour'}. Pass boxes that frame a face as those images do.`,
		'- The probabilities are those of its data, not of your camera.',
	].join('\n');
}

function licences(about: ModelAbout): string {
	return `Code: Apache-2.0. ${originOf(about)} ${dataOf(about)}, which has its own terms and is not part of this package.`;
}
