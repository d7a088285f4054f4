import type { Actions } from './actions';
import { type Place, type Point, type Project, projection } from './pen';
import type { Person, Scene } from './person';

/** All that a part of the face is drawn from. */
export interface Sitter {
	readonly person: Person;
	readonly scene: Scene;
	readonly actions: Actions;
	/** Places a feature on the front of the head. */
	readonly at: Project;
	/** Places a point of the head's outline, which turning hardly moves. */
	readonly rim: Place;
	/** How far the chin sinks when the jaw drops, in face units. */
	readonly jawDrop: number;
}

/** Seats a person: from here on, parts only ask where to draw. */
export function seat(person: Person, actions: Actions, scene: Scene): Sitter {
	const lean = 20 * Math.sin((scene.pose.yaw * Math.PI) / 180);
	return {
		person,
		scene,
		actions,
		at: projection(scene.pose),
		// The chin stands farther forward than the ears, so it goes along when the head turns.
		rim: (x, y) => [x * person.faceWidth + lean * Math.max(0, y / 80), y],
		jawDrop: 10 * actions[26] + 15 * actions[27],
	};
}

/** The eyes' middle in face units, on the given side. */
export function eyeCentre({ eyeSpacing }: Person, side: -1 | 1): Point {
	return [side * 27 * eyeSpacing, -6];
}
