// @ts-check
/** The studies: trials that differ in one setting and share all others, so that each shows what that setting does. */

/**
 * @typedef {object} Variant
 * @property {string} name Part of its run's name.
 * @property {string} what In words, for the table.
 * @property {readonly string[]} set What it changes, as `npm run train -- --set` takes it.
 */

/** The profile that every trial of a study has, on the protocol that keeps the test faces out of sight. */
export const PROFILE = 'quick';
const COMMON = ['protocol=official'];

/** @type {Variant} The trial that all studies share. */
const BASE = { name: 'base', what: 'the profile as it is', set: [] };

/** @param {string} method @param {string} what @returns {Variant} */
const imbalance = (method, what) => ({ name: method, what, set: [`phase2.imbalance.method=${method}`] });

const CLASS_BALANCED = imbalance('classBalanced', 'class-balanced loss (Cui et al. 2019)');

/** @type {Readonly<Record<string, readonly Variant[]>>} */
export const STUDIES = {
	backbones: [
		{ ...BASE, what: 'efficientnet-lite0' },
		...['efficientnet-lite1', 'efficientnet-lite2', 'mobilenet-v2'].map((name) => ({
			name,
			what: name,
			set: [`backbone=${name}`],
		})),
		{
			name: 'vgg16-block3',
			what: 'vgg16-block3',
			// At the faces' own size, for it costs ten times as much at 96; without batch normalisation, at a tenth of the rate.
			set: ['backbone=vgg16-block3', 'imageSize=48', 'phase2.backboneLearningRateScale=0.1'],
		},
	],
	imbalance: [
		BASE,
		CLASS_BALANCED,
		imbalance('inverseFrequency', 'loss weighted by inverse frequency'),
		imbalance('balancedSampling', 'every class drawn equally often'),
		imbalance('focal', 'focal loss (Lin et al. 2017)'),
		imbalance('logitAdjustment', 'logit adjustment (Menon et al. 2021)'),
	],
	ablation: [
		BASE,
		{ name: 'no-rotation', what: 'without rotation', set: ['phase2.augmentation.rotationDegrees=0'] },
		{ name: 'no-shift', what: 'without shift', set: ['phase2.augmentation.shiftFraction=0'] },
		{ name: 'no-zoom', what: 'without zoom', set: ['phase2.augmentation.zoomFraction=0'] },
		{ name: 'no-flip', what: 'without horizontal flip', set: ['phase2.augmentation.horizontalFlip=false'] },
		{ name: 'no-erasing', what: 'without erasing', set: ['phase2.augmentation.erasing.probability=0'] },
		{ name: 'mixup', what: 'with mixup, alpha 0.2', set: ['phase2.augmentation.mixupAlpha=0.2'] },
		{ name: 'no-label-smoothing', what: 'without label smoothing', set: ['phase2.labelSmoothing=0'] },
		{ name: 'no-average', what: 'without the average of weights', set: ['phase2.averageDecay=0'] },
		CLASS_BALANCED,
		{ name: 'votes', what: 'with a second head that learns the votes of FER+', set: ['ferPlus.lossWeight=1'] },
		{ name: 'plain-end', what: 'the last epoch only mirrored', set: ['phase2.plainEpochs=1'] },
		{ name: 'seed-1', what: 'the first with seed 1', set: ['seed=1'] },
		{ name: 'seed-2', what: 'the first with seed 2', set: ['seed=2'] },
	],
};

/** The run of a variant. @param {{name: string}} variant */
export const runNameOf = ({ name }) => `study-${name}`;

/** All that a variant sets. @param {Variant} variant */
export const settingsOf = ({ set }) => [...COMMON, ...set];

/** The trials of some studies, each once. @param {readonly string[]} studies */
export function variantsOf(studies) {
	const variants = studies.flatMap((study) => STUDIES[study]);
	return [...new Map(variants.map((variant) => [variant.name, variant])).values()];
}
