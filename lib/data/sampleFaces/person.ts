import type { Random } from '../../random';
import type { Actions } from './actions';
import type { Point } from './pen';

export const HAIR_STYLES = ['bald', 'short', 'parted', 'fringe', 'long', 'curly', 'bun', 'receding', 'scarf'] as const;
export const BEARDS = ['none', 'stubble', 'moustache', 'goatee', 'full'] as const;
export const GLASSES = ['none', 'round', 'square'] as const;
export const COVERS = ['none', 'hand', 'microphone', 'strand', 'mark'] as const;

/** The person drawn, independent of the expression. */
export type Person = Readonly<ReturnType<typeof drawPerson>>;

/** The circumstances of the photograph. */
export type Scene = Readonly<ReturnType<typeof drawScene>>;

/** Draws an entry of `values` with probability in proportion to its weight. */
function weighted<T>(values: readonly T[], weights: readonly number[], random: Random): T {
	let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
	for (const [index, weight] of weights.entries()) {
		left -= weight;
		if (left < 0) return values[index];
	}
	return values[values.length - 1];
}

const between = (low: number, high: number, random: Random) => low + (high - low) * random.uniform();

/** Draws a random person. Factors are about 1, grey levels 0 to 255. */
export function drawPerson(random: Random) {
	const skin = between(78, 222, random);
	const age = random.uniform() ** 1.6;
	const grey = random.uniform() < 0.7 * age - 0.1;
	const fair = !grey && skin > 150 && random.uniform() < 0.35;
	const hair = grey ? between(150, 225, random) : fair ? between(95, 175, random) : between(14, 70, random);
	const hairStyle = weighted(HAIR_STYLES, [0.6, 2.2, 1.6, 1.4, 2.4, 1.2, 0.8, 0.4 + 1.5 * age, 0.5], random);
	const bearded = !['fringe', 'long', 'bun', 'scarf'].includes(hairStyle);
	return {
		skin,
		hair,
		hairStyle,
		beard: weighted(BEARDS, bearded ? [4, 1.5, 1, 1, 1.2] : [1, 0, 0, 0, 0], random),
		glasses: weighted(GLASSES, [8, 1, 1], random),
		/** From 0 (smooth) to 1 (lined). */
		age,
		faceWidth: between(0.92, 1.08, random),
		jawWidth: between(0.82, 1.06, random),
		chinLength: between(0.94, 1.06, random),
		eyeSize: between(0.9, 1.16, random),
		eyeSpacing: between(0.94, 1.06, random),
		/** In face units, like the next two. */
		browHeight: between(-2.5, 2, random),
		browTilt: 1.1 * random.normal(),
		browThickness: bearded ? between(4, 7, random) : between(2.8, 5.2, random),
		noseLength: between(0.9, 1.12, random),
		noseWidth: between(0.85, 1.25, random),
		mouthWidth: between(0.9, 1.12, random),
		lipFullness: bearded ? between(0.6, 1.1, random) : between(0.85, 1.45, random),
		/** How far the lip corners droop at rest, in face units. */
		lipDroop: 0.9 * random.normal(),
		lashes: bearded ? 2 : between(2.2, 3.6, random),
	};
}

export function drawScene(random: Random) {
	const wide = () => Math.max(-2.2, Math.min(2.2, random.normal()));
	return {
		/** Of the head, in degrees: to the right of the picture, down, and tilted in its plane. */
		pose: { yaw: 9 * wide(), pitch: 4 * wide(), roll: 4.5 * wide() },
		/** Picture units per face unit. */
		scale: between(1.08, 1.28, random),
		/** From the centre of the picture to that of the face, in picture units. */
		shift: [3.5 * wide(), 3.5 * wide() - 5] as const,
		/** Direction of the eyes, from -1 to 1 across and down. */
		gaze: [0.45 * wide(), 0.3 * wide()] as const,
		/** Opening of the lids; about 1 except in a blink. */
		lids: random.uniform() < 0.03 ? 0.2 : between(0.9, 1.06, random),
		background: between(20, 235, random),
		clothes: between(20, 230, random),
		/** Direction of the light, in degrees, and strength of its shade, from 0 to 1. */
		lightAngle: between(0, 360, random),
		lightStrength: 0.6 * random.uniform() ** 1.3,
		cover: weighted(COVERS, [88, 4, 2, 3, 3], random),
		/** Random numbers from 0 to 1 that place the cover and the shapes of the background. */
		whims: Array.from({ length: 8 }, random.uniform),
	};
}

/** A person with an expression in a scene, and the projections that place each part of the face. */
export type Sitter = Readonly<ReturnType<typeof seat>>;

export function seat(person: Person, actions: Actions, scene: Scene) {
	const lean = 20 * Math.sin((scene.pose.yaw * Math.PI) / 180);
	return {
		person,
		scene,
		actions,
		/** Places a feature on the front of the head. */
		at: projection(scene.pose),
		/** Places a point of the outline of the head, which hardly moves when it turns; the chin moves more than the ears. */
		rim: (x: number, y: number): Point => [x * person.faceWidth + lean * Math.max(0, y / 80), y],
		/** How far the chin sinks when the jaw drops, in face units. */
		jawDrop: 10 * actions[26] + 15 * actions[27],
	};
}

/** Places features on a rotated ellipsoid: the middle moves most, the rim hardly; `lift` is the height above the skin. */
export function projection({ yaw, pitch }: Scene['pose']) {
	const [turn, nod] = [(yaw * Math.PI) / 180, (pitch * Math.PI) / 180];
	return (x: number, y: number, lift = 0): Point => {
		const rim = (x / 62) ** 2 + (y / 84) ** 2;
		const depth = 52 * Math.sqrt(Math.max(0, 1 - rim)) + lift;
		const nearer = depth * Math.cos(turn) - x * Math.sin(turn);
		return [x * Math.cos(turn) + depth * Math.sin(turn), y * Math.cos(nod) + nearer * Math.sin(nod)];
	};
}

/** The centre of the eye on one side, in face units. */
export function eyeCentre({ eyeSpacing }: Person, side: -1 | 1): Point {
	return [side * 27 * eyeSpacing, -6];
}
