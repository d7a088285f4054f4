import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rasterizeSvg } from '../../../lib/data/image';
import { ACTION_UNITS, drawActions, parseActions } from '../../../lib/data/sampleFaces/actions';
import { mouthShape } from '../../../lib/data/sampleFaces/lowerFace';
import { curve, mirrored } from '../../../lib/data/sampleFaces/pen';
import {
	BEARDS,
	COVERS,
	drawPerson,
	drawScene,
	GLASSES,
	HAIR_STYLES,
	type Person,
	projection,
	type Scene,
	seat,
} from '../../../lib/data/sampleFaces/person';
import { drawPortrait } from '../../../lib/data/sampleFaces/portrait';
import { EMOTIONS } from '../../../lib/emotions';
import { createRandom } from '../../../lib/random';

/** Strengths that seed 42 gave when this test was written. */
const STORED_SURPRISE = [
	[1, 0.650321335920575],
	[2, 0.8135706414603239],
	[5, 0.5463206027911516],
	[26, 0],
	[27, 0.4244498126665802],
] as const;

/** The same person in the same light, for tests that change one thing. */
const person: Person = {
	...drawPerson(createRandom(1)),
	skin: 170,
	hair: 40,
	hairStyle: 'short',
	beard: 'none',
	glasses: 'none',
};
const scene: Scene = { ...drawScene(createRandom(1)), pose: { yaw: 0, pitch: 0, roll: 0 }, lids: 1, cover: 'none' };

const pixelsOf = (who: Person, code: string, where: Scene) =>
	rasterizeSvg(drawPortrait(who, parseActions(code), where), { height: 48, width: 48 });

function difference(first: Uint8Array, second: Uint8Array): number {
	return first.reduce((sum, value, index) => sum + Math.abs(value - second[index]), 0) / first.length;
}

describe('parseActions', () => {
	it('reads action units and their strengths', () => {
		const actions = parseActions('1E+12B+27A');
		assert.equal(actions[1], 1);
		assert.equal(actions[12], 0.4);
		assert.equal(actions[27], 0.2);
		assert.equal(actions[2], 0);
		assert.ok(ACTION_UNITS.every((unit) => parseActions('')[unit] === 0));
	});
});

describe('drawActions', () => {
	const vector = (label: number, seed: number) => {
		const actions = drawActions(EMOTIONS[label], createRandom(seed, label));
		return ACTION_UNITS.map((unit) => actions[unit]);
	};

	it('keeps the numbers of a seed', () => {
		const actions = drawActions('surprise', createRandom(42));
		for (const [unit, strength] of STORED_SURPRISE) assert.ok(Math.abs(actions[unit] - strength) < 1e-9, `${unit}`);
	});

	it('stays between nothing and a little over the maximum', () => {
		for (let seed = 0; seed < 300; seed++) {
			assert.ok(vector(seed % 7, seed).every((strength) => strength >= 0 && strength <= 1.1));
		}
	});

	it('keeps most expressions apart, and not all', () => {
		const means = EMOTIONS.map((_, label) => {
			const rows = Array.from({ length: 200 }, (__, seed) => vector(label, seed));
			return ACTION_UNITS.map((__, unit) => rows.reduce((sum, row) => sum + row[unit], 0) / rows.length);
		});
		const distance = (row: number[], mean: number[]) =>
			row.reduce((sum, value, unit) => sum + (value - mean[unit]) ** 2, 0);
		let hits = 0;
		for (let seed = 200; seed < 400; seed++) {
			EMOTIONS.forEach((_, label) => {
				const distances = means.map((mean) => distance(vector(label, seed), mean));
				if (distances.indexOf(Math.min(...distances)) === label) hits++;
			});
		}
		const accuracy = hits / 1400;
		assert.ok(accuracy > 0.85 && accuracy < 0.995, `${accuracy}`);
	});
});

describe('pen', () => {
	it('draws curves through their points', () => {
		// By hand: the control points lie a sixth of the neighbours' distance from their ends.
		const points = [
			[0, 0],
			[6, 0],
			[6, 6],
		] as const;
		assert.equal(curve(points), 'M0.0 0.0C1.0 0.0 5.0 -1.0 6.0 0.0C7.0 1.0 6.0 5.0 6.0 6.0');
		assert.ok(curve(points, true).endsWith(' 0.0 0.0Z'));
	});

	it('mirrors a half', () => {
		const path = mirrored(
			[
				[0, -1],
				[2, 0],
				[0, 1],
			],
			(x, y) => [x, y],
		);
		assert.match(path, /^M0\.0 -1\.0C.* 2\.0 0\.0C.* 0\.0 1\.0C.* -2\.0 0\.0C.* 0\.0 -1\.0Z$/);
	});

	it('leaves a face seen from the front as it is, and moves the nose most when it turns', () => {
		const front = projection({ yaw: 0, pitch: 0, roll: 0 });
		assert.deepEqual(front(20, 30, 5), [20, 30]);
		const turned = projection({ yaw: 30, pitch: 0, roll: 0 });
		const moved = (x: number, lift = 0) => turned(x, 0, lift)[0] - x;
		// The middle of the face is 52 before the axis; the sine of 30 degrees is a half.
		assert.ok(Math.abs(moved(0) - 26) < 1e-9);
		assert.ok(moved(0, 12) > moved(0) && moved(0) > moved(40) && moved(40) > moved(60));
		const nodded = projection({ yaw: 0, pitch: 30, roll: 0 });
		assert.ok(Math.abs(nodded(0, 0)[1] - 26) < 1e-9);
	});
});

describe('mouthShape', () => {
	const shape = (code: string) => mouthShape(seat(person, parseActions(code), scene));

	it('follows the action units', () => {
		const rest = shape('');
		assert.equal(rest.open, false);
		assert.ok(shape('12E').corner < rest.corner && shape('12E').half > rest.half);
		assert.ok(shape('15E').corner > rest.corner);
		assert.ok(shape('10E').top < rest.top);
		assert.ok(shape('20E').half > rest.half);
		assert.ok(shape('24E').upperLip < rest.upperLip && shape('24E').lowerLip < rest.lowerLip);
		const gap = (code: string) => shape(code).bottom - shape(code).top;
		assert.ok(shape('25C').open && gap('25C') < gap('26E') && gap('26E') < gap('27E'));
		assert.ok(seat(person, parseActions('27E'), scene).jawDrop > seat(person, parseActions('25E'), scene).jawDrop);
	});
});

describe('drawPortrait', () => {
	it('draws sound SVG for any face', () => {
		for (let seed = 0; seed < 250; seed++) {
			const random = createRandom(seed);
			const actions = drawActions(EMOTIONS[seed % 7], random);
			const svg = drawPortrait(drawPerson(random), actions, drawScene(random));
			assert.doesNotMatch(svg, /NaN|undefined|Infinity|opacity="-/, `seed ${seed}`);
		}
	});

	it('draws every style of hair, beard, glasses and cover, and all differ', async () => {
		const plain = await pixelsOf(person, '', scene);
		const variants: [string, Person, Scene][] = [
			...HAIR_STYLES.filter((style) => style !== person.hairStyle).map((hairStyle): [string, Person, Scene] => [
				hairStyle,
				{ ...person, hairStyle },
				scene,
			]),
			...BEARDS.slice(1).map((beard): [string, Person, Scene] => [beard, { ...person, beard }, scene]),
			...GLASSES.slice(1).map((glasses): [string, Person, Scene] => [glasses, { ...person, glasses }, scene]),
			...COVERS.slice(1).map((cover): [string, Person, Scene] => [cover, person, { ...scene, cover }]),
		];
		const pictures = await Promise.all(variants.map(([, who, where]) => pixelsOf(who, '', where)));
		pictures.forEach((picture, index) => {
			assert.ok(difference(picture, plain) > 0.4, `${variants[index][0]} cannot be seen`);
			for (let other = 0; other < index; other++) {
				assert.ok(difference(picture, pictures[other]) > 0.1, `${variants[index][0]} and ${variants[other][0]}`);
			}
		});
	});

	it('shows every action unit', async () => {
		const rest = await pixelsOf(person, '', scene);
		for (const unit of ACTION_UNITS) {
			const shown = await pixelsOf(person, `${unit}E`, scene);
			assert.ok(difference(shown, rest) > 0.08, `action unit ${unit} moves ${difference(shown, rest)}`);
		}
	});

	it('moves the brows with 1, 2, 4 and the mouth with 12, 15, 27, each in its part of the face', async () => {
		const rest = await pixelsOf(person, '', { ...scene, shift: [0, 0], scale: 1.1 });
		const rows = (picture: Uint8Array) => {
			const upper = difference(picture.subarray(0, 48 * 26), rest.subarray(0, 48 * 26));
			const lower = difference(picture.subarray(48 * 26), rest.subarray(48 * 26));
			return upper / (upper + lower);
		};
		for (const code of ['1E', '2E', '4E', '5E']) {
			assert.ok(rows(await pixelsOf(person, code, { ...scene, shift: [0, 0], scale: 1.1 })) > 0.9, code);
		}
		for (const code of ['12E', '15E', '20E', '23E', '27E']) {
			assert.ok(rows(await pixelsOf(person, code, { ...scene, shift: [0, 0], scale: 1.1 })) < 0.1, code);
		}
	});
});
