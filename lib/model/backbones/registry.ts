import { invalidArgument, nearestFirst } from '../../errors';
import type { Backbone } from './backbone';
import { convNeXtTiny } from './convNeXtTiny';
import { efficientNetB0 } from './efficientNetB0';
import { efficientNetLite0, efficientNetLite1, efficientNetLite2 } from './efficientNetLite';
import { mobileNetV2 } from './mobileNetV2';
import { resNet50 } from './resNet50';
import { vgg16, vgg16Block3 } from './vgg16';

/** All backbones by name; the tests run over every one listed here. */
export const BACKBONES: Readonly<Record<string, Backbone>> = {
	'convnext-tiny': convNeXtTiny,
	'efficientnet-b0': efficientNetB0,
	'efficientnet-lite0': efficientNetLite0,
	'efficientnet-lite1': efficientNetLite1,
	'efficientnet-lite2': efficientNetLite2,
	'mobilenet-v2': mobileNetV2,
	resnet50: resNet50,
	vgg16,
	'vgg16-block3': vgg16Block3,
};

/**
 * Returns a backbone by name.
 * @throws {RangeError} If there is none of that name; the message lists the names.
 */
export function backbone(name: string): Backbone {
	if (Object.hasOwn(BACKBONES, name)) return BACKBONES[name];
	throw invalidArgument('backbone', `one of ${nearestFirst(name, Object.keys(BACKBONES)).join(', ')}`, name);
}
