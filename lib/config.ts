/** Every setting of a run; two runs of the same config, data and versions give the same result. */
export interface Config {
	/** Seed of the split, of the first weights and of all that is drawn. */
	readonly seed: number;
	/** How the data are divided: `seed` or `official`. */
	readonly protocol: Protocol;
	/** Part of the training images kept for validation (the `official` protocol validates on PublicTest). */
	readonly validationFraction: number;
	/** Keeps exact copies of an image in the same part. */
	readonly keepCopiesTogether: boolean;
	/** Draws faces even where FER2013 is at hand. */
	readonly alwaysDraw: boolean;
	/** Drawn faces, where they stand in for a data set. */
	readonly sampleFaces: number;
	/** A name in the registry of backbones. */
	readonly backbone: string;
	/** `imagenet`: the weights that the backbone's publisher gives out; or the path of a file. */
	readonly weights: string;
	/** Side in pixels of the network's images at validation and test, and in training unless `phase2.imageSizes` differs. */
	readonly imageSize: number;
	readonly phase1: Phase1Config;
	readonly phase2: Phase2Config;
	readonly distillation: DistillationConfig;
	readonly ferPlus: FerPlusConfig;
	readonly tta: TtaConfig;
}

/** Training the head on the frozen base. */
export interface Phase1Config {
	readonly epochs: number;
	/** Most training images used, a stratified sample; 0 for all. Each also serves mirrored. */
	readonly images: number;
	readonly batchSize: number;
	readonly learningRate: number;
	readonly weightDecay: number;
	/** Fraction of the features dropped in training. */
	readonly dropoutRate: number;
	readonly labelSmoothing: number;
	/** Epochs without a better validation value after which the phase ends. */
	readonly patience: number;
}

/** Fine-tuning. */
export interface Phase2Config {
	readonly epochs: number;
	/** Most training images an epoch, a new draw each epoch; 0 for all. */
	readonly imagesPerEpoch: number;
	readonly batchSize: number;
	/** Highest learning rate; a linear warm-up leads there, a cosine down to zero. */
	readonly learningRate: number;
	/** Factor on the learning rate of the backbone's weights; the head's has none. */
	readonly backboneLearningRateScale: number;
	readonly warmupEpochs: number;
	/** Decoupled decay of kernels (not of biases and batch normalisation), by the learning rate. */
	readonly weightDecay: number;
	/** Largest norm of the gradient; 0 for no limit. */
	readonly clipNorm: number;
	readonly labelSmoothing: number;
	readonly dropoutRate: number;
	/** Fraction of images whose last residual branch is dropped; earlier branches in proportion. */
	readonly stochasticDepthRate: number;
	/** Part of the averaged weights that a step leaves; 0 turns the average off. */
	readonly averageDecay: number;
	/** The first layer that is trained, or the start of its name; `all` for all layers. */
	readonly unfreezeFrom: string;
	/** Keeps batch normalisation at ImageNet's statistics. */
	readonly frozenBatchNormalization: boolean;
	/** Side of the training images from an epoch on, in ascending order; empty: `imageSize` throughout. */
	readonly imageSizes: readonly { readonly fromEpoch: number; readonly size: number }[];
	/** The value by which the best epoch is chosen. */
	readonly monitor: Monitored;
	readonly patience: number;
	readonly augmentation: Augmentation;
	/** Last epochs without augmentation but the mirror; 0 for none. */
	readonly plainEpochs: number;
	readonly imbalance: ImbalanceConfig;
	/** Folder for TensorBoard's event files, inside the run's folder; empty for none. */
	readonly tensorBoard: string;
}

/** Learning from other networks in phase 2. */
export interface DistillationConfig {
	/** The teachers: names of finished runs, or of published models (`models/seed`); empty for none. */
	readonly teachers: readonly string[];
	/** Part of each target that is the teachers' mean; the label has the rest. */
	readonly teacherFraction: number;
}

/** Learning in phase 2, by a second head, how people voted on the same images; see votes.ts. */
export interface FerPlusConfig {
	/** Weight of the second head's loss beside the first's; 0 for no second head. Drawn faces have no votes and none. */
	readonly lossWeight: number;
}

/** Test-time augmentation. */
export interface TtaConfig {
	/** `single`, `mirror`, `six` or `ten`. */
	readonly views: 'single' | 'mirror' | 'six' | 'ten';
	readonly average: ViewAverage;
}

/** A config in which any field may be left out. */
export type PartialConfig = DeepPartial<Config>;
type DeepPartial<T> = { readonly [Key in keyof T]?: T[Key] extends object ? DeepPartial<T[Key]> : T[Key] };

/** Limits within which a placement is drawn, uniformly on both sides of «as it is». */
export interface PlacementRange {
	readonly rotationDegrees: number;
	/** 0.15 zooms by 0.85 to 1.15. */
	readonly zoomFraction: number;
	readonly shiftFraction: number;
	readonly shear: number;
	/** Whether half of the images are mirrored. */
	readonly horizontalFlip: boolean;
}

/** Limits of a random change of light. */
export interface LightRange {
	/** 0.25 scales the differences from an image's mean by 0.75 to 1.25. */
	readonly contrastFraction: number;
	/** Largest shift of the grey level, as a fraction of the whole range. */
	readonly brightnessFraction: number;
}

/** How random erasing is drawn. */
export interface ErasingRange {
	/** Fraction of the images that lose a rectangle. */
	readonly probability: number;
	/** Area of the rectangle as a fraction of the image's: smallest and largest. */
	readonly areaFraction: readonly [number, number];
}

/** All random changes of a training image. */
export interface Augmentation extends PlacementRange, LightRange {
	readonly erasing: ErasingRange;
	/** Beta parameter of mixup; 0 turns it off. */
	readonly mixupAlpha: number;
}

/** Ways to give rare classes more weight; each costs accuracy and raises the recall of the rare. */
export const IMBALANCE_METHODS = [
	'none',
	/** Loss weighted by the effective number of images (Cui et al. 2019, arXiv:1901.05555). */
	'classBalanced',
	/** Loss weighted by all images / (classes x images of the class), as `class_weight='balanced'` of scikit-learn. */
	'inverseFrequency',
	/** Every class is drawn equally often. */
	'balancedSampling',
	/** Loss of what is learnt already weighs less (Lin et al. 2017, arXiv:1708.02002). */
	'focal',
	/** The logarithm of a class's share is added to its logit in training (Menon et al. 2021, arXiv:2007.07314). */
	'logitAdjustment',
] as const;

/** How rare classes are treated. */
export interface ImbalanceConfig {
	readonly method: (typeof IMBALANCE_METHODS)[number];
	/** Of `classBalanced`: the nearer to 1, the nearer to the inverse frequency. */
	readonly effectiveNumberBeta: number;
	/** Exponent of `focal`. */
	readonly focalGamma: number;
	/** Factor of `logitAdjustment`. */
	readonly logitAdjustmentTau: number;
}

/** The values of an epoch that a training can be judged by, and whether more is better. */
export const MONITORED = {
	validationAccuracy: true,
	validationMacroF1: true,
	validationLoss: false,
} as const;

/** A value that early stopping can watch. */
export type Monitored = keyof typeof MONITORED;

/** The ways to divide a data set. */
export const PROTOCOLS = ['seed', 'official'] as const;

/** `seed`: a seeded stratified hold-out of all images. `official`: the parts that FER2013's authors made. */
export type Protocol = (typeof PROTOCOLS)[number];

/** What is averaged over the views: `probabilities` (after the softmax) or `logits` (before it). */
export type ViewAverage = 'probabilities' | 'logits';
