import { calibration } from '../evaluation/calibration';
import { classDistribution } from '../figures/classDistribution';
import { escapeHtml } from '../figures/className';
import { confusionMatrix } from '../figures/confusionMatrix';
import { attentionGrid, augmentationPreview, confidentMistakes, samplesPerClass } from '../figures/faceFigures';
import type { Face } from '../figures/faceGrid';
import type { Figure } from '../figures/figure';
import { reliabilityDiagram } from '../figures/reliabilityDiagram';
import { trainingCurves } from '../figures/trainingCurves';
import { formatCount } from '../format';
import type { About } from '../training/run';
import type { Results } from './results';
import { type DataSummary, fromBase64 } from './storedFaces';

/** The caption of a figure: data, protocol, n and seed. */
function captionOf({ dataset, protocol, n, seed, backbone }: About): string {
	const data = dataset.drawn ? 'Sample faces drawn by this project, not FER2013' : escapeHtml(dataset.name);
	return `${data}; protocol ${protocol}, test n = ${formatCount(n)}, seed ${seed}; ${backbone}`;
}

/** Decodes a stored face for figures. */
function face(pixels: string, { faceShape: [height, width, channels] }: DataSummary): Required<Face> {
	return { pixels: Buffer.from(pixels, 'base64'), height, width, channels: channels as 1 | 3 };
}

type With<Fields extends keyof Results> = Pick<Results, 'about' | Fields>;

/** The figures of a run by file name, each with the part of the results that it needs. */
export const RUN_FIGURES = {
	'Class Distribution': ({ about, data: { emotions, counts } }: With<'data'>) =>
		classDistribution({ emotions, counts, caption: captionOf(about) }),

	'Samples per Class': ({ about, data }: With<'data'>) => {
		const faces = data.samples.map((samples) => samples.map(({ pixels }) => face(pixels, data)));
		return samplesPerClass({ emotions: data.emotions, faces, counts: data.counts.training, caption: captionOf(about) });
	},

	'Augmentation Preview': ({ about, data }: With<'data'>) => {
		const rows = data.augmented.map(({ original, versions }) => ({
			original: face(original.pixels, data),
			augmented: versions.map((pixels) => face(pixels, data)),
			emotion: data.emotions[original.label],
		}));
		return augmentationPreview({ rows, caption: captionOf(about) });
	},

	'Phase 1 Graphs': ({ about, phase1: { history } }: With<'phase1'>) =>
		trainingCurves({ history, title: 'Phase 1: a new head on the frozen base', caption: captionOf(about) }),

	'Phase 2 graphs': ({ about, phase2: { history } }: With<'phase2'>) => {
		const title = 'Phase 2: fine-tuning with augmentation';
		return trainingCurves({ history, title, caption: captionOf(about), showLearningRate: true });
	},

	'Confusion Matrix - Phase 2': ({ about, data: { emotions }, metrics }: With<'data' | 'metrics'>) => {
		const title = 'Confusion matrix, phase 2';
		return confusionMatrix({ matrix: metrics.confusionMatrix, emotions, title, caption: captionOf(about) });
	},

	'Confusion Matrix - TTA': ({ about, data: { emotions }, metrics: { tta } }: With<'data' | 'metrics'>) => {
		const title = 'Confusion matrix, phase 2 with test-time augmentation';
		return confusionMatrix({ matrix: tta.confusionMatrix, emotions, title, caption: captionOf(about) });
	},

	'Reliability Diagram': (results: With<'data' | 'trueLabels' | 'probabilities'>) => {
		const { about, data, trueLabels } = results;
		const probabilities = fromBase64(results.probabilities);
		const reliability = calibration({ probabilities, trueLabels, classes: data.emotions.length });
		return reliabilityDiagram({ ...reliability, caption: captionOf(about) });
	},

	'Most Confident Mistakes': ({ about, data, mistakes: stored }: With<'data' | 'mistakes'>) => {
		const mistakes = stored.map(({ pixels, label, predictedLabel, ...mistake }) => ({
			...mistake,
			face: face(pixels, data),
			trueEmotion: data.emotions[label],
			predictedEmotion: data.emotions[predictedLabel],
		}));
		return confidentMistakes({ mistakes, emotions: data.emotions, caption: captionOf(about) });
	},

	'Where It Looks': ({ about, data, attention }: With<'data' | 'attention'>) => {
		const faces = attention.map(({ pixels, ...example }) => ({ ...example, face: face(pixels, data) }));
		return attentionGrid({ emotions: data.emotions, faces, caption: captionOf(about) });
	},
} as const;

type FigureName = keyof typeof RUN_FIGURES;

/**
 * Draws the figures of a run, except those whose faces its results lack, as for published models; yields name and figure.
 * @example
 * ```ts
 * const names: string[] = [];
 * for await (const [name] of fer.drawRunFigures(results)) names.push(name); // Class Distribution ...
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
		if (faces[name] !== 0) yield [name, await RUN_FIGURES[name](results)];
	}
}
