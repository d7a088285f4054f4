/** One trial of a study: a part of its run's name, its row in the table, and what it changes (`fer train --set`). */
export type Variant = Readonly<{ name: string; what: string; set: readonly string[] }>;

/** The profile of every trial; the protocol leaves the test faces out. */
export const PROFILE = 'quick';

const BASE: Variant = { name: 'base', what: 'the profile as it is', set: [] };

const variant = (name: string, what: string, ...set: string[]): Variant => ({ name, what, set });

const backbone = (name: string, ...set: string[]) => variant(name, name, `backbone=${name}`, ...set);

const imbalance = (method: string, what: string) => variant(method, what, `phase2.imbalance.method=${method}`);

const CLASS_BALANCED = imbalance('classBalanced', 'class-balanced loss (Cui et al. 2019)');

/** The studies: trials that differ in one setting and share all others. The first is always the base. */
export const STUDIES: Readonly<Record<string, readonly Variant[]>> = {
	backbones: [
		{ ...BASE, what: 'efficientnet-lite0' },
		backbone('efficientnet-lite1'),
		backbone('efficientnet-lite2'),
		backbone('mobilenet-v2'),
		// At the faces' own size, since it costs ten times as much at 96; at a tenth of the rate, as it has no batch norm.
		backbone('vgg16-block3', 'imageSize=48', 'phase2.backboneLearningRateScale=0.1'),
	],
	imbalance: [
		BASE,
		CLASS_BALANCED,
		imbalance('inverseFrequency', 'loss weighted by inverse frequency'),
		imbalance('balancedSampling', 'balanced sampling: every class drawn equally often'),
		imbalance('focal', 'focal loss (Lin et al. 2017)'),
		imbalance('logitAdjustment', 'logit adjustment (Menon et al. 2021)'),
	],
	ablation: [
		BASE,
		variant('no-rotation', 'without rotation', 'phase2.augmentation.rotationDegrees=0'),
		variant('no-shift', 'without shift', 'phase2.augmentation.shiftFraction=0'),
		variant('no-zoom', 'without zoom', 'phase2.augmentation.zoomFraction=0'),
		variant('no-flip', 'without horizontal flip', 'phase2.augmentation.horizontalFlip=false'),
		variant('no-erasing', 'without erasing', 'phase2.augmentation.erasing.probability=0'),
		variant('mixup', 'with mixup, alpha 0.2', 'phase2.augmentation.mixupAlpha=0.2'),
		variant('no-label-smoothing', 'without label smoothing', 'phase2.labelSmoothing=0'),
		variant('no-average', 'without EMA of the weights', 'phase2.averageDecay=0'),
		CLASS_BALANCED,
		variant('votes', 'with a second head trained on the FER+ votes', 'ferPlus.lossWeight=1'),
		variant('plain-end', 'the last epoch with flips only', 'phase2.plainEpochs=1'),
		variant('seed-1', 'the first with seed 1', 'seed=1'),
		variant('seed-2', 'the first with seed 2', 'seed=2'),
	],
};

/** All settings of a variant. */
export const settingsOf = ({ set }: Pick<Variant, 'set'>): string[] => ['protocol=official', ...set];

/** The trials of some studies, each once. */
export function variantsOf(studies: readonly string[]): Variant[] {
	const variants = studies.flatMap((study) => STUDIES[study]);
	return [...new Map(variants.map((each) => [each.name, each])).values()];
}
