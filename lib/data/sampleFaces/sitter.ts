import type { Actions } from './actions';
import { type Place, type Point, type Project, projection } from './pen';
import type { Person, Scene } from './person';

/** Everything needed to draw a part of the face. */
export interface Sitter {
	readonly person: Person;
	readonly scene: Scene;
	readonly actions: Actions;
	/** Places a feature on the front of the head. */
	readonly at: Project;
	/** Places a point of the outline of the head, which hardly moves when it turns. */
	readonly rim: Place;
	/** How far the chin sinks when the jaw drops, in face units. */
	readonly jawDrop: number;
}

/** Combines person, expression and scene, with the projections that place each part. */
export function seat(person: Person, actions: Actions, scene: Scene): Sitter {
	const lean = 20 * Math.sin((scene.pose.yaw * Math.PI) / 180);
	return {
		person,
		scene,
		actions,
		at: projection(scene.pose),
		// The chin is farther forward than the ears, so it moves when the head turns.
		rim: (x, y) => [x * person.faceWidth + lean * Math.max(0, y / 80), y],
		jawDrop: 10 * actions[26] + 15 * actions[27],
	};
}

/** The centre of the eye on one side, in face units. */
export function eyeCentre({ eyeSpacing }: Person, side: -1 | 1): Point {
	return [side * 27 * eyeSpacing, -6];
}
