import { z } from 'zod';
import { isInnerFolder, isRunName } from './runName';
import { type SettingSchema, settingError } from './settingSchema';

/** The ways to divide a data set: a stratified hold-out of all images, or the parts that its authors made. */
export const PROTOCOLS = ['holdout', 'official'] as const;

/** The ways to store images: as the data set has them, or converted. */
export const COLORS = ['auto', 'grey', 'rgb'] as const;

/** What computes: TensorFlow, on the processor (or with its CUDA wheel), or tfjs's WebGPU kernels, on any graphics card. */
export const BACKENDS = ['tensorflow', 'webgpu'] as const;

/** Treatments of class imbalance; each costs accuracy and raises the recall of rare classes. */
export const IMBALANCE_METHODS = [
	'none',
	/** Weights the loss by the effective number of images (Cui et al. 2019, arXiv:1901.05555). */
	'classBalanced',
	/** Weights the loss by all images / (classes x images of the class), like scikit-learn's `class_weight='balanced'`. */
	'inverseFrequency',
	/** Draws every class equally often. */
	'balancedSampling',
	/** Reduces the loss of well-classified images (Lin et al. 2017, arXiv:1708.02002). */
	'focal',
	/** Adds the logarithm of a class's share to its logit in training (Menon et al. 2021, arXiv:2007.07314). */
	'logitAdjustment',
] as const;

/** The values of an epoch that early stopping can monitor, and whether higher is better. */
export const MONITORED = { validationAccuracy: true, validationMacroF1: true, validationLoss: false } as const;

const integer = (low: number, high: number) => z.int().min(low).max(high);
const number = (low: number, high: number) => z.number().min(low).max(high);
const belowOne = () => z.number().min(0).lt(1);
const learningRate = () => z.number().gt(0).max(10);
const side = () => integer(8, 512);
const imageLimit = () => integer(0, 10_000_000);

type Output<S> = z.core.util.NoUndefined<z.output<S>>;
const setting = <S extends z.ZodType>(values: S, initial: Output<S>, description: string, unit = '') =>
	values.default(initial).meta({ description, ...(unit && { unit }) });

/** An empty group is valid, which its type does not show: every setting has a default. */
const group = <S extends z.core.$ZodShape>(settings: S, description: string) =>
	z
		.strictObject(settings)
		.prefault({} as never)
		.meta({ description });

const phase1 = {
	epochs: setting(integer(1, 1000), 20, 'Maximum number of epochs.', 'epochs'),
	images: setting(
		imageLimit(),
		0,
		'Size of the stratified training sample; each is also mirrored. 0 for all (12,500 of data in a file).',
		'images',
	),
	batchSize: setting(integer(1, 4096), 256, 'Batch size.', 'images'),
	learningRate: setting(learningRate(), 2e-3, 'Peak learning rate, after one warm-up epoch and before cosine decay.'),
	weightDecay: setting(number(0, 1), 0.01, "Decoupled weight decay of the head's kernel."),
	dropoutRate: setting(belowOne(), 0.3, 'Fraction of the features dropped in training.'),
	labelSmoothing: setting(belowOne(), 0.1, 'Share of each target spread evenly over the classes.'),
	patience: setting(integer(1, 1000), 5, 'Epochs without improvement before early stopping.', 'epochs'),
};

const areaFraction = z
	.tuple([number(0, 1), number(0, 1)])
	.refine(([smallest, largest]) => smallest <= largest)
	.meta({ expected: 'two numbers from 0 to 1 in ascending order' });

// Above 2 the sampler rejects most draws; below 0.01 its powers underflow.
const mixupAlpha = number(0, 2)
	.refine((alpha) => alpha === 0 || alpha >= 0.01)
	.meta({ expected: 'number from 0.01 to 2, or 0' });

const erasing = {
	probability: setting(number(0, 1), 0.25, 'Fraction of the images in which a random rectangle is erased.'),
	areaFraction: setting(areaFraction, [0.02, 0.2], 'Smallest and largest rectangle.', 'fraction of the area'),
};

const augmentation = {
	rotationDegrees: setting(number(0, 180), 18, 'Largest rotation to either side.', 'degrees'),
	zoomFraction: setting(belowOne(), 0.15, 'Largest zoom: 0.15 scales by 0.85 to 1.15.', 'fraction of the size'),
	shiftFraction: setting(number(0, 1), 0.094, 'Largest shift along each axis.', 'fraction of the side'),
	shear: setting(number(0, 2), 0.1, 'Largest horizontal shear.', 'pixels sideways per pixel down'),
	horizontalFlip: setting(z.boolean(), true, 'Mirrors half of the images.'),
	contrastFraction: setting(number(0, 1), 0.25, 'Largest change of contrast: 0.25 scales it by 0.75 to 1.25.'),
	brightnessFraction: setting(number(0, 1), 0.2, 'Largest change of brightness.', 'fraction of the grey range'),
	erasing: group(erasing, 'Random erasing.'),
	mixupAlpha: setting(mixupAlpha, 0, 'Beta distribution parameter of mixup; 0 disables it.'),
};

const imbalance = {
	method: setting(z.enum(IMBALANCE_METHODS), 'none', 'Treatment of class imbalance.'),
	effectiveNumberBeta: setting(belowOne(), 0.999, '`classBalanced`: near 1, weights approach the inverse frequency.'),
	focalGamma: setting(number(0, 10), 2, '`focal`: exponent of the modulating factor.'),
	logitAdjustmentTau: setting(number(0, 10), 1, '`logitAdjustment`: factor on the logarithms of the class shares.'),
};

const imageSizes = z
	.array(z.strictObject({ fromEpoch: integer(1, 1000), size: side() }))
	.check(({ value, issues }) => {
		for (const [i, { fromEpoch }] of value.entries()) {
			const last = value[i - 1]?.fromEpoch ?? 0;
			const params = { expected: `integer above ${last}` };
			if (fromEpoch <= last) issues.push({ code: 'custom', input: value, path: [i, 'fromEpoch'], params });
		}
	})
	.meta({ expected: 'list of { fromEpoch, size } in ascending order of epochs' });

const innerFolder = z.string().refine(isInnerFolder).meta({ expected: "string with a path inside the run's folder" });
const monitor = z.enum(Object.keys(MONITORED) as Monitored[]);
const phase2 = {
	epochs: setting(integer(1, 1000), 20, 'Maximum number of epochs.', 'epochs'),
	imagesPerEpoch: setting(imageLimit(), 0, 'Training images per epoch, drawn anew each time; 0 for all.', 'images'),
	batchSize: setting(integer(1, 4096), 64, 'Batch size.', 'images'),
	learningRate: setting(learningRate(), 1e-3, 'Peak learning rate, after linear warm-up and before cosine decay.'),
	backboneLearningRateScale: setting(number(0, 100), 1, "Factor on the backbone's learning rate, not on the head's."),
	warmupEpochs: setting(number(0, 1000), 1, 'Length of the learning-rate warm-up.', 'epochs'),
	weightDecay: setting(number(0, 1), 0.05, 'Decoupled weight decay of the kernels.'),
	clipNorm: setting(number(0, 1000), 2, 'Maximum norm of the gradient; 0 disables clipping.'),
	labelSmoothing: setting(belowOne(), 0.1, 'Share of each target spread evenly over the classes.'),
	dropoutRate: setting(belowOne(), 0.3, 'Fraction of the features dropped in training.'),
	stochasticDepthRate: setting(belowOne(), 0.1, 'Drop rate of the last residual branch; earlier ones scale linearly.'),
	averageDecay: setting(belowOne(), 0.998, 'EMA decay: fraction of the average kept at each step; 0 disables it.'),
	unfreezeFrom: setting(z.string(), 'all', 'First layer to train, by name or prefix; `all` trains every layer.'),
	frozenBatchNormalization: setting(z.boolean(), false, 'Keeps the pretrained batch-normalisation statistics.'),
	imageSizes: setting(imageSizes, [], 'Training image size from given epochs on; empty for `imageSize`.', 'pixels'),
	monitor: setting(monitor, 'validationAccuracy', 'Value that selects the best epoch.'),
	patience: setting(integer(1, 1000), 6, 'Epochs without improvement before early stopping.', 'epochs'),
	augmentation: group(augmentation, 'Random changes to the training images.'),
	plainEpochs: setting(integer(0, 1000), 0, 'Last epochs without augmentation except mirroring.', 'epochs'),
	imbalance: group(imbalance, 'Treatment of class imbalance.'),
	tensorBoard: setting(innerFolder, '', "TensorBoard folder inside the run's folder; empty for none."),
};

const teacher = z
	.string()
	.refine((name) => isRunName(name.replace(/^models\//, '')))
	.meta({ expected: 'string NAME or models/NAME' });
const teachers = z.array(teacher).meta({ expected: 'list of NAME (of a run) or models/NAME' });
const distillation = {
	teachers: setting(teachers, [], 'Finished runs or published models to learn from; empty for none.'),
	teacherFraction: setting(number(0, 1), 0.5, 'Share of each target that is the mean of the teachers.'),
};

const ferPlus = {
	lossWeight: setting(
		number(0, 100),
		1,
		'Loss weight of a second head trained on the FER+ votes; 0 for no second head.',
	),
};

const tta = {
	views: setting(
		z.enum(['single', 'mirror', 'six', 'ten']),
		'six',
		'Number of views: one, with its mirror image, six (three zooms) or ten (shifts, rotations).',
	),
	average: setting(z.enum(['probabilities', 'logits']), 'probabilities', 'What is averaged over the views.'),
};

const classes = z
	.array(z.string().min(1))
	.max(256)
	.refine((names) => names.length !== 1 && new Set(names).size === names.length)
	.meta({ expected: 'list of two or more different names, or an empty list' });
const faceSize = integer(0, 512)
	.refine((size) => size === 0 || size >= 8)
	.meta({ expected: 'integer from 8 to 512, or 0' });

const SCHEMA = z.strictObject({
	data: setting(z.string(), '', 'Path of a data set: a folder, an archive or a table; empty for FER2013.'),
	classes: setting(classes, [], 'Classes as the data set names them, in the order of their labels; empty for all.'),
	faceSize: setting(faceSize, 0, 'Side to which images of `data` are resized; 0 for their own, at most 112.', 'pixels'),
	color: setting(z.enum(COLORS), 'auto', 'Whether images of `data` are read as grey or RGB; `auto` as they are.'),
	skipUnreadable: setting(
		z.boolean(),
		false,
		'Leaves out images of `data` that cannot be read; else they are an error.',
	),
	backend: setting(
		z.enum(BACKENDS),
		'tensorflow',
		'What computes: `tensorflow` (the processor) or `webgpu` (a graphics card), alike up to rounding.',
	),
	seed: setting(z.int(), 42, 'Seed of the split, the initial weights and every random draw.'),
	protocol: setting(
		z.enum(['auto', ...PROTOCOLS]),
		'auto',
		'Split: `holdout`, `official` (own parts), or `auto`: own parts if any, but `holdout` for FER2013.',
	),
	validationFraction: setting(
		z.number().gt(0).lt(1),
		0.1,
		'Share of the training images held out for validation, if the data has no such part.',
	),
	keepCopiesTogether: setting(z.boolean(), false, 'Keeps exact copies of an image in the same part.'),
	alwaysDraw: setting(z.boolean(), false, 'Uses drawn sample faces even if FER2013 is available; not with `data`.'),
	sampleFaces: setting(integer(70, 1_000_000), 7000, 'Faces to draw if no data set is available.', 'images'),
	backbone: setting(z.string(), 'efficientnet-lite0', 'Name of a registered backbone.'),
	weights: setting(
		z.string(),
		'imagenet',
		"`imagenet` (the publisher's weights), `random`, or the path of a file or a trained model.",
	),
	imageSize: setting(side(), 96, 'Side of the input images; `phase2.imageSizes` may change it in training.', 'pixels'),
	phase1: group(phase1, 'Phase 1: training the head on the frozen backbone.'),
	phase2: group(phase2, 'Phase 2: fine-tuning.'),
	distillation: group(distillation, 'Knowledge distillation in phase 2.'),
	ferPlus: group(ferPlus, 'Auxiliary training on the FER+ votes in phase 2, for FER2013 only.'),
	tta: group(tta, 'Test-time augmentation.'),
});

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/** Every setting of a run; two runs of the same config, data and versions have the same result. See docs/settings.md. */
export type Config = DeepReadonly<z.output<typeof SCHEMA>>;
/** A config in which any field may be left out. */
export type PartialConfig = DeepReadonly<z.input<typeof SCHEMA>>;
export type Phase1Config = Config['phase1'];
export type Phase2Config = Config['phase2'];
export type TtaConfig = Config['tta'];
export type Augmentation = Phase2Config['augmentation'];
export type ImbalanceConfig = Phase2Config['imbalance'];
/** The limits of a random placement, drawn uniformly on both sides of no change. */
export type PlacementRange = Omit<Augmentation, keyof LightRange | 'erasing' | 'mixupAlpha'>;
export type LightRange = Pick<Augmentation, 'contrastFraction' | 'brightnessFraction'>;
export type ErasingRange = Augmentation['erasing'];
export type Monitored = keyof typeof MONITORED;
export type Backend = (typeof BACKENDS)[number];
export type Protocol = (typeof PROTOCOLS)[number];
export type Color = (typeof COLORS)[number];
export type ViewAverage = TtaConfig['average'];

/** Returns the JSON schema of a config, draft 2020-12; editors complete and check JSON files with it. */
export function settingsJsonSchema(): SettingSchema {
	return z.toJSONSchema(SCHEMA, { io: 'input' }) as SettingSchema;
}

/** Checks settings and adds the defaults of the others; returns a deep copy. Throws as `createConfig`. */
export function checkConfig(changes: unknown): Config {
	const { data, error } = SCHEMA.safeParse(changes);
	if (error) throw settingError(error.issues[0], changes, settingsJsonSchema());
	return structuredClone(data);
}
