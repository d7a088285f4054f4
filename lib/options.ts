import type { TtaConfig, ViewAverage } from './config';
import { IMBALANCE_METHODS, MONITORED, PROTOCOLS } from './config';
import { invalidArgument, nearestFirst } from './errors';

/**
 * Copies `changes` over `base`, field by field; arrays are replaced whole.
 * @param path Where the fields are, for messages: `config.phase2`.
 * @throws {RangeError} If a field is not in `base`, or of another kind; the message names the nearest fields.
 * @throws {TypeError} If a text, number or boolean stands where another should.
 */
export function mergeOptions<T extends object>(base: T, changes: object, path: string): T {
	const result: Record<string, unknown> = { ...(base as Readonly<Record<string, unknown>>) };
	for (const [key, value] of Object.entries(changes)) {
		if (value === undefined) continue;
		const name = `${path}.${key}`;
		if (!Object.hasOwn(result, key)) {
			const known = nearestFirst(key, Object.keys(result)).join(', ');
			throw invalidArgument(name, 'a known option', value, `Known here, nearest first: ${known}.`);
		}
		const old = result[key];
		if (kindOf(value) !== kindOf(old)) throw invalidArgument(name, kindOf(old), value);
		result[key] = isPlain(old) ? mergeOptions(old, value as object, name) : value;
	}
	return result as T;
}

/** The kind of a value as messages name it. */
function kindOf(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	if (value === null) return 'null';
	return typeof value === 'object' ? 'an object of options' : typeof value;
}

function isPlain(value: unknown): value is object {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isFraction = (value: unknown) => isNumber(value) && value >= 0 && value <= 1;
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);

interface Rule {
	readonly names: RegExp;
	readonly expected: string;
	holds(value: unknown): boolean;
}

/** What a value must be by its name, which carries the unit; the first rule that fits a name holds. */
const RULES: readonly Rule[] = [
	{ names: /^areaFraction$/, expected: 'two numbers from 0 to 1 in ascending order', holds: isFractionRange },
	{ names: /(Fraction|Rate|Smoothing|Decay|probability)$/, expected: 'number from 0 to 1', holds: isFraction },
	{
		names: /^(epochs|batchSize|imageSize|size|fromEpoch|patience|sampleFaces)$/,
		expected: 'integer above 0',
		holds: (value) => isInteger(value) && value > 0,
	},
	{
		names: /^(images|imagesPerEpoch|plainEpochs)$/,
		expected: 'integer of at least 0',
		holds: (value) => isInteger(value) && value >= 0,
	},
	{
		names:
			/^(backboneLearningRateScale|warmupEpochs|clipNorm|rotationDegrees|shear|focalGamma|logitAdjustmentTau|lossWeight)$/,
		expected: 'number of at least 0',
		holds: (value) => isNumber(value) && value >= 0,
	},
	// Above 2 the sampler of mixup's fractions rejects nearly all that it draws.
	{
		names: /^mixupAlpha$/,
		expected: 'number from 0 to 2',
		holds: (value) => isNumber(value) && value >= 0 && value <= 2,
	},
	{ names: /^seed$/, expected: 'integer', holds: isInteger },
	{ names: /^teachers$/, expected: 'list of names of runs or models', holds: isListOfNames },
	{
		names: /^effectiveNumberBeta$/,
		expected: 'number from 0 to less than 1',
		holds: (value) => isNumber(value) && value >= 0 && value < 1,
	},
	oneOf('protocol', PROTOCOLS),
	oneOf('method', IMBALANCE_METHODS),
	oneOf('monitor', Object.keys(MONITORED)),
	// Not read from VIEWS itself: settings are read where no TensorFlow is loaded.
	oneOf('views', ['single', 'mirror', 'six', 'ten'] satisfies TtaConfig['views'][]),
	oneOf('average', ['probabilities', 'logits'] satisfies ViewAverage[]),
];

function oneOf(name: string, choices: readonly string[]): Rule {
	const expected = `one of ${choices.join(', ')}`;
	return { names: new RegExp(`^${name}$`), expected, holds: (value) => choices.includes(String(value)) };
}

function isListOfNames(value: unknown): boolean {
	return Array.isArray(value) && value.every((name) => typeof name === 'string' && /^(models\/)?[^/\\]+$/.test(name));
}

function isFractionRange(value: unknown): boolean {
	return Array.isArray(value) && value.length === 2 && value.every(isFraction) && value[0] <= value[1];
}

/**
 * Checks that every option lies where the rule of its name says.
 * @throws {RangeError | TypeError} If one does not; the message says where it should lie.
 */
export function checkOptions(options: object, path: string): void {
	for (const [key, value] of Object.entries(options)) {
		const name = `${path}.${key}`;
		const rule = RULES.find(({ names }) => names.test(key));
		if (rule && !rule.holds(value)) throw invalidArgument(name, rule.expected, value);
		if (isPlain(value)) checkOptions(value, name);
		if (key === 'imageSizes') checkImageSizes(value as object[], name);
	}
}

/** Checks entries { fromEpoch, size } in ascending order of epochs. */
function checkImageSizes(entries: readonly object[], path: string): void {
	let last = 0;
	entries.forEach((entry, i) => {
		const name = `${path}[${i}]`;
		if (!isPlain(entry)) throw invalidArgument(name, 'an object of fromEpoch and size', entry);
		const { fromEpoch, size } = mergeOptions({ fromEpoch: 0, size: 0 }, entry, name);
		checkOptions({ fromEpoch, size }, name);
		if (fromEpoch <= last) throw invalidArgument(`${name}.fromEpoch`, `integer above ${last}`, fromEpoch);
		last = fromEpoch;
	});
}
