import { invalidArgument, nearestFirst } from '../errors';
import type { Backbone } from './backbone';
import { efficientNetLite0 } from './efficientNetLite';
import { mobileNetV2 } from './mobileNetV2';

/** Every backbone by its name; a new one is added here and tested by being here. */
export const BACKBONES: Readonly<Record<string, Backbone>> = {
	[efficientNetLite0.name]: efficientNetLite0,
	[mobileNetV2.name]: mobileNetV2,
};

/**
 * Returns the backbone of a name.
 * @throws {RangeError} If there is none; the message lists the names.
 */
export function backbone(name: string): Backbone {
	const found = BACKBONES[name];
	if (!found) {
		const names = nearestFirst(name, Object.keys(BACKBONES)).join(', ');
		throw invalidArgument('backbone', `one of ${names}`, name);
	}
	return found;
}
