import { attentionGrid } from '../figures/attentionGrid';
import { augmentationPreview } from '../figures/augmentationPreview';
import { classDistribution } from '../figures/classDistribution';
import { confidentMistakes } from '../figures/confidentMistakes';
import { confusionMatrix } from '../figures/confusionMatrix';
import type { Face } from '../figures/faceGrid';
import type { Figure } from '../figures/figure';
import { reliabilityDiagram } from '../figures/reliabilityDiagram';
import { samplesPerClass } from '../figures/samplesPerClass';
import { trainingCurves } from '../figures/trainingCurves';
import { formatCount } from '../format';
import { fromBase64, type Results } from './results';
import type { About } from '../training/run';
import { calibration } from '../evaluation/statistics';

/** The caption of a figure: dataset, protocol, n, seed and network. */
function captionOf({ dataset, protocol, n, seed, backbone }: About): string {
	const data = dataset.drawn ? 'Sample faces drawn by this project, not FER2013' : dataset.name;
	return `${data}; protocol ${protocol}, test n = ${formatCount(n)}, seed ${seed}; ${backbone}`;
}

/** Decodes a stored face. */
function face(pixels: string, [height, width, channels]: Results['data']['faceShape']): Required<Face> {
	return { pixels: Buffer.from(pixels, 'base64'), height, width, channels: channels as 1 | 3 };
}

type With<Fields extends keyof Results> = Pick<Results, 'about' | Fields>;

/** The figures of a run by file name, each with the part of the results that it needs. */
export const RUN_FIGURES = {
	'Class Distribution': ({ about, data }: With<'data'>) =>
		classDistribution({ emotions: data.emotions, counts: data.counts, caption: captionOf(about) }),

	'Samples per Class': ({ about, data }: With<'data'>) =>
		samplesPerClass({
			emotions: data.emotions,
			faces: data.samples.map((faces) => faces.map(({ pixels }) => face(pixels, data.faceShape))),
			counts: data.counts.training,
			caption: captionOf(about),
		}),

	'Augmentation Preview': ({ about, data }: With<'data'>) =>
		augmentationPreview({
			rows: data.augmented.map(({ original, versions }) => ({
				original: face(original.pixels, data.faceShape),
				augmented: versions.map((pixels) => face(pixels, data.faceShape)),
				emotion: data.emotions[original.label],
			})),
			caption: captionOf(about),
		}),

	'Phase 1 Graphs': ({ about, phase1 }: With<'phase1'>) =>
		trainingCurves({
			history: phase1.history,
			title: 'Phase 1: a new head on the frozen base',
			caption: captionOf(about),
		}),

	'Phase 2 graphs': ({ about, phase2 }: With<'phase2'>) =>
		trainingCurves({
			history: phase2.history,
			title: 'Phase 2: fine-tuning with augmentation',
			caption: captionOf(about),
			showLearningRate: true,
		}),

	'Confusion Matrix - Phase 2': ({ about, data, metrics }: With<'data' | 'metrics'>) =>
		confusionMatrix({
			matrix: metrics.confusionMatrix,
			emotions: data.emotions,
			title: 'Confusion matrix, phase 2',
			caption: captionOf(about),
		}),

	'Confusion Matrix - TTA': ({ about, data, metrics }: With<'data' | 'metrics'>) =>
		confusionMatrix({
			matrix: metrics.tta.confusionMatrix,
			emotions: data.emotions,
			title: 'Confusion matrix, phase 2 with test-time augmentation',
			caption: captionOf(about),
		}),

	'Reliability Diagram': ({ about, data, ...stored }: With<'data' | 'trueLabels' | 'probabilities'>) => {
		const { trueLabels, probabilities } = stored;
		const classes = data.emotions.length;
		const reliability = calibration({ probabilities: fromBase64(probabilities), trueLabels, classes });
		return reliabilityDiagram({ ...reliability, caption: captionOf(about) });
	},

	'Most Confident Mistakes': ({ about, data, mistakes }: With<'data' | 'mistakes'>) =>
		confidentMistakes({
			mistakes: mistakes.map(({ pixels, label, predictedLabel, confidence, index }) => ({
				face: face(pixels, data.faceShape),
				trueEmotion: data.emotions[label],
				predictedEmotion: data.emotions[predictedLabel],
				confidence,
				index,
			})),
			caption: captionOf(about),
		}),

	'Where It Looks': ({ about, data, attention }: With<'data' | 'attention'>) =>
		attentionGrid({
			emotions: data.emotions,
			faces: attention.map(({ pixels, ...example }) => ({ ...example, face: face(pixels, data.faceShape) })),
			caption: captionOf(about),
		}),
} as const;

/** The name of a figure of a run. */
export type FigureName = keyof typeof RUN_FIGURES;

/**
 * Draws the figures of a run, except those of faces if the results have none (published models).
 * @returns The name and figure of each.
 * @example
 * ```ts
 * const names = [];
 * for await (const [name, figure] of fer.drawRunFigures(results)) names.push(name); // 'Class Distribution', ...
 * ```
 */
export async function* drawRunFigures(results: Results): AsyncGenerator<[FigureName, Figure]> {
	const { data, mistakes, attention } = results;
	const faces: Partial<Record<FigureName, number>> = {
		'Samples per Class': data.samples.flat().length,
		'Augmentation Preview': data.augmented.length,
		'Most Confident Mistakes': mistakes.length,
		'Where It Looks': attention.length,
	};
	for (const name of Object.keys(RUN_FIGURES) as FigureName[]) {
		if (faces[name] === 0) continue;
		yield [name, await RUN_FIGURES[name](results)];
	}
}
