import { invalidArgument, nearestFirst } from '../../errors';
import type { Backbone } from './backbone';
import { convNeXtTiny } from './convNeXtTiny';
import { efficientNetB0 } from './efficientNetB0';
import { efficientNetLite0, efficientNetLite1, efficientNetLite2 } from './efficientNetLite';
import { mobileNetV2 } from './mobileNetV2';
import { resNet50 } from './resNet50';
import { vgg16, vgg16Block3 } from './vgg16';

/** Every backbone by its name; a new one is added here and tested by being here. */
export const BACKBONES: Readonly<Record<string, Backbone>> = Object.fromEntries(
	[
		convNeXtTiny,
		efficientNetB0,
		efficientNetLite0,
		efficientNetLite1,
		efficientNetLite2,
		mobileNetV2,
		resNet50,
		vgg16,
		vgg16Block3,
	].map((backbone) => [backbone.name, backbone]),
);

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
