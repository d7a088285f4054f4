import { z } from 'zod';
import { invalidArgument, nearestFirst } from './errors';
import { rangeOf, type SettingSchema } from './settingSchema';

/** The ways to divide a data set: a stratified hold-out of all images, or the parts that FER2013's authors made. */
export const PROTOCOLS = ['holdout', 'official'] as const;

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
/** For fractions of which something must remain. */
const belowOne = () => z.number().min(0).lt(1);
const learningRate = () => z.number().gt(0).max(10);
const side = () => integer(8, 512);
/** A maximum number of images, 0 for no limit. */
const imageLimit = () => integer(0, 10_000_000);

/** Adds the default, a one-sentence description and the unit to the schema of a setting's values. */
function setting<S extends z.ZodType>(
	values: S,
	initial: z.core.util.NoUndefined<z.output<S>>,
	text: string,
	unit = '',
) {
	return values
		.default(initial)
		.meta(unit ? { unit } : {})
		.describe(text);
}

const phase1 = z.strictObject({
	epochs: setting(integer(1, 1000), 20, 'Maximum number of epochs.', 'epochs'),
	images: setting(
		imageLimit(),
		0,
		'Stratified sample of the training images, each also mirrored; 0 for all.',
		'images',
	),
	batchSize: setting(integer(1, 4096), 256, 'Feature vectors in a training step.', 'images'),
	learningRate: setting(learningRate(), 2e-3, 'Peak learning rate, after one warm-up epoch and before a cosine decay.'),
	weightDecay: setting(number(0, 1), 0.01, "Decoupled weight decay of the head's kernel, times the learning rate."),
	dropoutRate: setting(belowOne(), 0.3, 'Fraction of the features dropped in training.'),
	labelSmoothing: setting(belowOne(), 0.1, 'Share of each target that is spread evenly over the classes.'),
	patience: setting(integer(1, 1000), 5, 'Epochs without improvement after which the phase stops early.', 'epochs'),
});

const areaFraction = z
	.tuple([number(0, 1), number(0, 1)])
	.refine(([smallest, largest]) => smallest <= largest)
	.meta({ expected: 'two numbers from 0 to 1 in ascending order' });

// Above 2 the sampler rejects most of its draws; below 0.01 its powers underflow.
const mixupAlpha = number(0, 2)
	.refine((alpha) => alpha === 0 || alpha >= 0.01)
	.meta({ expected: 'number from 0.01 to 2, or 0' });

const augmentation = z.strictObject({
	rotationDegrees: setting(number(0, 180), 18, 'Largest rotation to either side.', 'degrees'),
	zoomFraction: setting(belowOne(), 0.15, 'Largest zoom: 0.15 scales by 0.85 to 1.15.', 'fraction of the size'),
	shiftFraction: setting(number(0, 1), 0.094, 'Largest shift along each axis.', 'fraction of the side'),
	shear: setting(number(0, 2), 0.1, 'Largest horizontal shear.', 'pixels to the side per pixel down'),
	horizontalFlip: setting(z.boolean(), true, 'Mirrors half of the images.'),
	contrastFraction: setting(number(0, 1), 0.25, 'Largest change of contrast: 0.25 scales it by 0.75 to 1.25.'),
	brightnessFraction: setting(number(0, 1), 0.2, 'Largest change of brightness.', 'fraction of the grey range'),
	erasing: z
		.strictObject({
			probability: setting(number(0, 1), 0.25, 'Fraction of the images in which a random rectangle is erased.'),
			areaFraction: setting(areaFraction, [0.02, 0.2], 'Smallest and largest rectangle.', 'fraction of the area'),
		})
		.prefault({}),
	mixupAlpha: setting(mixupAlpha, 0, 'Parameter of the Beta distribution of mixup; 0 disables mixup.'),
});

const imbalance = z.strictObject({
	method: setting(z.enum(IMBALANCE_METHODS), 'none', 'Treatment of class imbalance.'),
	effectiveNumberBeta: setting(belowOne(), 0.999, '`classBalanced`: near 1, weights approach the inverse frequency.'),
	focalGamma: setting(number(0, 10), 2, '`focal`: exponent of the modulating factor.'),
	logitAdjustmentTau: setting(number(0, 10), 1, '`logitAdjustment`: factor on the logarithms of the class shares.'),
});

const imageSizes = z
	.array(z.strictObject({ fromEpoch: integer(1, 1000), size: side() }))
	.check(({ value, issues }) => {
		value.forEach(({ fromEpoch }, i) => {
			const last = value[i - 1]?.fromEpoch ?? 0;
			const params = { expected: `integer above ${last}` };
			if (fromEpoch <= last) issues.push({ code: 'custom', input: value, path: [i, 'fromEpoch'], params });
		});
	})
	.meta({ expected: 'list of { fromEpoch, size } in ascending order of epochs' });

const phase2 = z.strictObject({
	epochs: setting(integer(1, 1000), 20, 'Maximum number of epochs.', 'epochs'),
	imagesPerEpoch: setting(imageLimit(), 0, 'Training images an epoch, drawn anew each time; 0 for all.', 'images'),
	batchSize: setting(integer(1, 4096), 64, 'Images in a training step.', 'images'),
	learningRate: setting(learningRate(), 1e-3, 'Peak learning rate, after a linear warm-up and before a cosine decay.'),
	backboneLearningRateScale: setting(number(0, 100), 1, "Factor on the backbone's learning rate; the head has none."),
	warmupEpochs: setting(number(0, 1000), 1, 'Length of the learning-rate warm-up.', 'epochs'),
	weightDecay: setting(number(0, 1), 0.05, 'Decoupled weight decay of the kernels, times the learning rate.'),
	clipNorm: setting(number(0, 1000), 2, 'Largest norm of the gradient; 0 disables clipping.'),
	labelSmoothing: setting(belowOne(), 0.1, 'Share of each target that is spread evenly over the classes.'),
	dropoutRate: setting(belowOne(), 0.3, "Fraction of the head's inputs dropped in training."),
	stochasticDepthRate: setting(belowOne(), 0.1, 'Drop rate of the last residual branch; it rises linearly to there.'),
	averageDecay: setting(belowOne(), 0.998, 'EMA decay: fraction of the average kept at each step; 0 disables it.'),
	unfreezeFrom: setting(z.string(), 'all', 'First layer to train, by name or prefix; `all` trains every layer.'),
	frozenBatchNormalization: setting(z.boolean(), false, 'Keeps the pretrained batch-normalisation statistics.'),
	imageSizes: setting(imageSizes, [], 'Training image size from given epochs on; empty for `imageSize`.', 'pixels'),
	monitor: setting(
		z.enum(Object.keys(MONITORED) as Monitored[]),
		'validationAccuracy',
		'Value that selects the best epoch.',
	),
	patience: setting(integer(1, 1000), 6, 'Epochs without improvement after which the phase stops early.', 'epochs'),
	augmentation: augmentation.prefault({}),
	plainEpochs: setting(integer(0, 1000), 0, 'Last epochs with no augmentation but mirroring.', 'epochs'),
	imbalance: imbalance.prefault({}),
	tensorBoard: setting(z.string(), '', "Folder for TensorBoard event files inside the run's folder; empty for none."),
});

const teacher = z
	.string()
	.regex(/^(models\/)?[^/\\]+$/)
	.meta({ expected: 'string NAME or models/NAME' });
const teachers = z.array(teacher).meta({ expected: 'list of NAME (of a run) or models/NAME' });

const SCHEMA = z.strictObject({
	seed: setting(z.int(), 42, 'Seed of the split, the initial weights and every random draw.'),
	protocol: setting(z.enum(PROTOCOLS), 'holdout', 'How the data set is split into training, validation and test.'),
	validationFraction: setting(
		z.number().gt(0).lt(1),
		0.1,
		'Share of the training images used for validation; the `official` protocol uses PublicTest instead.',
	),
	keepCopiesTogether: setting(z.boolean(), false, 'Keeps exact copies of an image in the same part.'),
	alwaysDraw: setting(z.boolean(), false, 'Uses drawn sample faces even if FER2013 is available.'),
	sampleFaces: setting(integer(70, 1_000_000), 7000, 'Faces to draw where no data set is available.', 'images'),
	backbone: setting(z.string(), 'efficientnet-lite0', 'Name of a registered backbone.'),
	weights: setting(z.string(), 'imagenet', "`imagenet` for the publisher's pretrained weights, or the path of a file."),
	imageSize: setting(side(), 96, 'Side of the input images; `phase2.imageSizes` may change it in training.', 'pixels'),
	phase1: phase1.prefault({}).describe('Phase 1: training the head on the frozen backbone.'),
	phase2: phase2.prefault({}).describe('Phase 2: fine-tuning.'),
	distillation: z
		.strictObject({
			teachers: setting(teachers, [], 'Finished runs or published models to learn from; empty for none.'),
			teacherFraction: setting(number(0, 1), 0.5, 'Share of each target that is the mean of the teachers.'),
		})
		.prefault({})
		.describe('Knowledge distillation in phase 2.'),
	ferPlus: z
		.strictObject({
			lossWeight: setting(number(0, 100), 1, 'Weight of the loss on FER+ votes, learnt by a second head; 0 for none.'),
		})
		.prefault({})
		.describe('Auxiliary training on the FER+ votes in phase 2; drawn faces have none.'),
	tta: z
		.strictObject({
			views: setting(z.enum(['single', 'mirror', 'six', 'ten']), 'six', 'Views of each image; see `VIEWS`.'),
			average: setting(z.enum(['probabilities', 'logits']), 'probabilities', 'What is averaged over the views.'),
		})
		.prefault({})
		.describe('Test-time augmentation.'),
});

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/** Every setting of a run; two runs of the same config, data and versions have the same result. See docs/settings.md. */
export type Config = DeepReadonly<z.output<typeof SCHEMA>>;
/** A config in which any field may be left out. */
export type PartialConfig = DeepReadonly<z.input<typeof SCHEMA>>;
export type Phase1Config = Config['phase1'];
export type Phase2Config = Config['phase2'];
export type DistillationConfig = Config['distillation'];
export type FerPlusConfig = Config['ferPlus'];
export type TtaConfig = Config['tta'];
export type Augmentation = Phase2Config['augmentation'];
export type ImbalanceConfig = Phase2Config['imbalance'];
/** The limits of a random placement, drawn uniformly on both sides of no change. */
export type PlacementRange = Omit<Augmentation, keyof LightRange | 'erasing' | 'mixupAlpha'>;
export type LightRange = Pick<Augmentation, 'contrastFraction' | 'brightnessFraction'>;
export type ErasingRange = Augmentation['erasing'];
export type Monitored = keyof typeof MONITORED;
export type Protocol = (typeof PROTOCOLS)[number];
/** What is averaged over the views: `probabilities` (after the softmax) or `logits` (before it). */
export type ViewAverage = TtaConfig['average'];

/** Returns the JSON schema of a config, draft 2020-12; editors complete and check JSON files with it. */
export function settingsJsonSchema(): SettingSchema {
	return z.toJSONSchema(SCHEMA, { io: 'input' }) as unknown as SettingSchema;
}

/**
 * Fills in the defaults of all settings that `changes` lacks, and checks the rest.
 * @returns A deep copy.
 * @throws {RangeError} If a setting is unknown or out of range; the message names the nearest or the range.
 * @throws {TypeError} If a setting has the wrong type.
 */
export function checkConfig(changes: unknown): Config {
	const { data, error } = SCHEMA.safeParse(changes);
	if (error) throw settingError(error.issues[0], changes);
	return structuredClone(data);
}

/** Turns what zod found into the project's form of an error. */
function settingError(issue: z.core.$ZodIssue, changes: unknown): Error {
	let [schema, name, value] = [settingsJsonSchema(), 'config', changes];
	for (const key of issue.path) {
		const inner = schema.properties?.[String(key)] || schema.items;
		if (!inner) break; // A pair of numbers is reported as a whole.
		name += typeof key === 'number' ? `[${key}]` : `.${String(key)}`;
		value = (value as Record<PropertyKey, unknown>)[key];
		schema = inner;
	}
	if (issue.code === 'unrecognized_keys') {
		const [key] = issue.keys;
		const known = nearestFirst(key, Object.keys(schema.properties ?? {})).join(', ');
		const received = (value as Record<string, unknown>)[key];
		return invalidArgument(`${name}.${key}`, 'a known setting', received, `Known here, nearest first: ${known}.`);
	}
	if (schema.enum && typeof value === 'string') schema = { ...schema, enum: nearestFirst(value, schema.enum) };
	else if (schema.enum) return invalidArgument(name, 'string', value);
	const { expected = rangeOf(schema) } = issue.code === 'custom' ? (issue.params ?? {}) : {};
	return invalidArgument(name, expected, value);
}
