import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countClasses, type Dataset, firstCopies, makeDataset } from '../../lib/data/dataset';
import { type Split, splitDataset } from '../../lib/data/split';
import { createRandom } from '../../lib/random';

/** Images of 2x2 pixels, about a third of them copies of others; usages 0, 1, 2 as 8, 1, 1 of ten. */
function someImages(size: number, usage = true): Dataset {
	const random = createRandom(5);
	const pixels = Uint8Array.from({ length: size * 4 }, () => random.integer(4));
	const labels = Uint8Array.from({ length: size }, () => random.integer(7));
	const parts = Uint8Array.from({ length: size }, (_, index) => Math.max(0, (index % 10) - 7));
	return makeDataset({ name: 'some', shape: [2, 2, 1], pixels, labels, usage: usage ? parts : undefined });
}

/** FER2013's number of images a class in one pixel each. */
function likeFer2013(): Dataset {
	const counts = [4953, 547, 5121, 8989, 6077, 4002, 6198];
	const labels = Uint8Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)));
	return makeDataset({ name: 'counts', shape: [1, 1, 1], pixels: new Uint8Array(labels.length), labels });
}

function supports(dataset: Dataset, part: Uint32Array): number[] {
	return countClasses(dataset, part);
}

function all({ train, validation, test }: Split): number[] {
	return [...train, ...validation, ...test].sort((a, b) => a - b);
}

/** Groups of copies that lie in more than one part. */
function crossing(dataset: Dataset, split: Split): number {
	const first = firstCopies(dataset);
	const [train, validation, test] = [split.train, split.validation, split.test].map(
		(part) => new Set(Array.from(part, (index) => first[index])),
	);
	const shared = (a: Set<number>, b: Set<number>) => [...a].filter((group) => b.has(group)).length;
	return shared(train, validation) + shared(train, test) + shared(validation, test);
}

test('seed: the supports of FER2013’s test part are those of the README', () => {
	const dataset = likeFer2013();
	const split = splitDataset(dataset, { protocol: 'holdout', seed: 1 });
	assert.deepEqual(supports(dataset, split.test), [991, 109, 1024, 1798, 1216, 800, 1240]);
	assert.equal(split.test.length, 7178);
	// 28,709 are left, ceil(2,870.9) of them for validation; shares by apportion, which stratify.test.ts checks.
	assert.deepEqual(supports(dataset, split.validation), [396, 44, 410, 719, 486, 320, 496]);
});

test('seed: the parts are disjoint, cover all images, and depend on the seed alone', () => {
	const dataset = someImages(700);
	const split = splitDataset(dataset, { protocol: 'holdout', seed: 3 });
	assert.deepEqual(all(split), [...dataset.labels.keys()]);
	assert.deepEqual(split, splitDataset(someImages(700), { protocol: 'holdout', seed: 3 }));
	assert.notDeepEqual(split.test, splitDataset(dataset, { protocol: 'holdout', seed: 4 }).test);
	assert.deepEqual(split.test, splitDataset(someImages(700, false), { protocol: 'holdout', seed: 3 }).test);
});

test('seed: the test part does not change with the validation fraction', () => {
	const dataset = someImages(700);
	const [small, large] = [0.1, 0.3].map((validationFraction) =>
		splitDataset(dataset, { protocol: 'holdout', seed: 3, validationFraction }),
	);
	assert.deepEqual(small.test, large.test);
	assert.deepEqual([small.validation.length, large.validation.length], [56, 168]);
});

test('seed: copies cross the parts unless they are kept together; the supports stay', () => {
	const dataset = someImages(700);
	for (let seed = 0; seed < 10; seed++) {
		const apart = splitDataset(dataset, { protocol: 'holdout', seed });
		assert.ok(crossing(dataset, apart) > 50, 'the images here are full of copies');
		const together = splitDataset(dataset, { protocol: 'holdout', seed, keepCopiesTogether: true });
		assert.equal(crossing(dataset, together), 0);
		assert.deepEqual(all(together), [...dataset.labels.keys()]);
		assert.deepEqual(supports(dataset, together.test), supports(dataset, apart.test));
	}
});

test('official: Training, PublicTest and PrivateTest as they are', () => {
	const dataset = someImages(100);
	const split = splitDataset(dataset, { protocol: 'official', seed: 1 });
	const usages = (part: Uint32Array) => new Set(Array.from(part, (index) => dataset.usage?.[index]));
	assert.deepEqual([...usages(split.train)], [0]);
	assert.deepEqual([...usages(split.validation)], [1]);
	assert.deepEqual([...usages(split.test)], [2]);
	assert.deepEqual([split.train.length, split.validation.length, split.test.length], [80, 10, 10]);
});

test('official: with copies kept together the test part stays whole and the others lose the copies', () => {
	// By hand: images 0 1 2 3 are Training, 4 5 6 PublicTest, 7 8 PrivateTest; the value of the pixel tells copies.
	const dataset = makeDataset({
		name: 'nine',
		shape: [1, 1, 1],
		pixels: Uint8Array.of(10, 20, 30, 40, 20, 50, 30, 30, 60),
		labels: new Uint8Array(9),
		usage: Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 2, 2),
	});
	const split = splitDataset(dataset, { protocol: 'official', seed: 1, keepCopiesTogether: true });
	assert.deepEqual([...split.train], [0, 3]);
	assert.deepEqual([...split.validation], [4, 5]);
	assert.deepEqual([...split.test], [7, 8]);
});

test('official: refused with a remedy where the source does not divide the images so', () => {
	const refuse = (dataset: Dataset, message: RegExp) =>
		assert.throws(() => splitDataset(dataset, { protocol: 'official', seed: 1 }), { name: 'RangeError', message });
	refuse(someImages(100, false), /received "one without usage".*Use the protocol 'holdout'/);
	const folders = {
		...someImages(100),
		name: 'FER2013',
		usage: Uint8Array.from({ length: 100 }, (_, index) => (index < 80 ? 0 : 3)),
	};
	refuse(
		makeDataset(folders),
		/keeps PublicTest and PrivateTest together \(the folder layout\).*Use the protocol 'holdout'/,
	);
	splitDataset(makeDataset(folders), { protocol: 'holdout', seed: 1 });
	refuse(makeDataset({ ...folders, usage: new Uint8Array(100) }), /received "one without PublicTest images"/);
});

/** Images in the usages given by letter: t Training, v PublicTest, p PrivateTest, m Test; classes 0 and 1 in turn. */
function inParts(letters: string, persons?: readonly number[]): Dataset {
	const usage = Uint8Array.from(letters, (letter) => 'tvpm'.indexOf(letter));
	const labels = Uint8Array.from(letters, (_, index) => index % 2);
	const pixels = Uint8Array.from(letters, (_, index) => index);
	const numbers = persons && Uint32Array.from(persons);
	return makeDataset({ name: 'own', shape: [1, 1, 1], pixels, labels, usage, persons: numbers });
}

test('official: a validation part is held out where a data set has none', () => {
	const split = splitDataset(inParts('tttttttttttttttttttttmmmm'), { protocol: 'official', seed: 1 });
	assert.deepEqual([...split.test], [21, 22, 23, 24]);
	assert.equal(split.validation.length, 3);
	assert.deepEqual(all(split), [...Array(25).keys()]);
});

test('official: RAF-DB keeps its test part, and a stratified tenth of the others is for validation', () => {
	// RAF-DB's own counts of surprise, fear, disgust, happy, sad, angry and neutral.
	const training = [705, 717, 281, 4772, 1982, 1290, 2524];
	const testing = [162, 160, 74, 1185, 478, 329, 680];
	const fill = (counts: readonly number[]) => counts.flatMap((count, label) => new Array<number>(count).fill(label));
	const labels = Uint8Array.from([...fill(training), ...fill(testing)]);
	const usage = labels.map((_, index) => (index < 12_271 ? 0 : 3));
	const dataset = makeDataset({ name: 'RAF-DB', shape: [1, 1, 1], pixels: new Uint8Array(15_339), labels, usage });
	const split = splitDataset(dataset, { protocol: 'auto', seed: 42 });
	// ceil(1,227.1) of 12,271.
	assert.deepEqual([split.train.length, split.validation.length, split.test.length], [11_043, 1228, 3068]);
	assert.deepEqual(supports(dataset, split.test), testing);
	for (const [label, count] of supports(dataset, split.train).entries()) {
		assert.ok(Math.abs(count - (training[label] * 11_043) / 12_271) < 1);
	}
	assert.deepEqual(all(split), [...Array(15_339).keys()]);
});

test('official: a validation part is the test part where a data set has no other', () => {
	const split = splitDataset(inParts('ttttttttttttttttttttvv'), { protocol: 'official', seed: 1 });
	assert.deepEqual([...split.test], [20, 21]);
	assert.equal(split.validation.length, 2);
	assert.throws(
		() => splitDataset(inParts('tttt'), { protocol: 'official', seed: 1 }),
		/one with Training images only/,
	);
	assert.throws(() => splitDataset(inParts('vvmm'), { protocol: 'official', seed: 1 }), /one without Training images/);
});

test('auto: the own parts of a data set with a test part, else a hold-out, as for FER2013 and drawn faces', () => {
	const protocolOf = (dataset: Dataset) => splitDataset(dataset, { protocol: 'auto', seed: 1 }).protocol;
	const divided = inParts('ttttttttttttttttttttvvvvpppp');
	assert.equal(protocolOf(divided), 'official');
	assert.equal(protocolOf({ ...divided, name: 'FER2013' }), 'holdout');
	assert.equal(protocolOf({ ...divided, drawn: true }), 'holdout');
	assert.equal(protocolOf(inParts('t'.repeat(40))), 'holdout');
	assert.equal(protocolOf(someImages(200, false)), 'holdout');
});

test('persons stay on one side, under both protocols and together with copies', () => {
	for (let seed = 0; seed < 30; seed++) {
		const random = createRandom(seed);
		const size = 120;
		const persons = Uint32Array.from({ length: size }, () => random.integer(15));
		const pixels = Uint8Array.from({ length: size }, () => random.integer(250));
		const labels = Uint8Array.from({ length: size }, () => random.integer(3));
		const usage = Uint8Array.from({ length: size }, (_, index) => (index % 5 === 4 ? 3 : 0));
		const dataset = makeDataset({ name: 'own', shape: [1, 1, 1], pixels, labels, usage, persons });
		const split = splitDataset(dataset, { protocol: 'holdout', seed });
		const personsIn = (part: Uint32Array) => new Set(Array.from(part, (index) => persons[index]));
		const [train, validation, test] = [split.train, split.validation, split.test].map(personsIn);
		assert.equal(train.size + validation.size + test.size, new Set(persons).size);
		assert.deepEqual(all(split), [...Array(size).keys()]);
	}
	// Persons 0 and 1 share an image with the same pixel: all three stay together.
	const labels = Uint8Array.from({ length: 40 }, (_, index) => index % 2);
	const persons = Uint32Array.from({ length: 40 }, (_, index) => Math.floor(index / 4));
	const pixels = Uint8Array.from({ length: 40 }, (_, index) => (index === 4 ? 0 : index));
	const dataset = makeDataset({ name: 'own', shape: [1, 1, 1], pixels, labels, persons });
	for (let seed = 0; seed < 20; seed++) {
		const split = splitDataset(dataset, { protocol: 'holdout', seed, keepCopiesTogether: true });
		const inTest = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => split.test.includes(index));
		assert.equal(new Set(inTest).size, 1, `seed ${seed}`);
	}
});

test('official: the persons of the test part are left out of the others', () => {
	const persons = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 0, 0];
	const split = splitDataset(inParts('ttttttttttttvvpp', persons), { protocol: 'official', seed: 1 });
	assert.deepEqual([...split.train], [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
	assert.deepEqual([...split.validation], [12, 13]);
	assert.deepEqual([...split.test], [14, 15]);
});

test('official: refused where the persons of another part leave no images', () => {
	const refused = (persons: number[], message: RegExp) =>
		assert.throws(() => splitDataset(inParts('tttvvpp', persons), { protocol: 'official', seed: 1 }), message);
	refused(
		[1, 1, 2, 3, 3, 1, 2],
		/with training images of persons.* that the test part does not have .* protocol 'holdout'/,
	);
	refused([1, 1, 2, 1, 2, 3, 3], /with training images of persons.* that the validation part does not have/);
	refused([1, 1, 2, 3, 3, 3, 3], /with validation images of persons.* that the test part does not have/);
});

test('options out of range are refused', () => {
	const dataset = someImages(100);
	const refuse = (options: object, message: RegExp) =>
		assert.throws(() => splitDataset(dataset, { protocol: 'holdout', seed: 1, ...options }), message);
	refuse({ protocol: 'offical' }, /one of official, holdout for protocol but received "offical"/);
	refuse({ seed: 1.5 }, /integer for seed/);
	refuse({ validationFraction: 1 }, /validationFraction/);
});
