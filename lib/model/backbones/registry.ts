import { invalidArgument, nearestFirst } from '../../errors';
import type { Backbone } from './backbone';
import { convNeXtTiny } from './convNeXtTiny';
import { efficientNetB0, efficientNetLite0, efficientNetLite1, efficientNetLite2 } from './efficientNet';
import { mobileNetV2 } from './mobileNetV2';
import { resNet50 } from './resNet50';
import { vgg16, vgg16Block3 } from './vgg16';

const efficientNets = [efficientNetB0, efficientNetLite0, efficientNetLite1, efficientNetLite2];
const backbones = [convNeXtTiny, ...efficientNets, mobileNetV2, resNet50, vgg16, vgg16Block3];

/** All backbones by name; the tests run over every one listed here. */
export const BACKBONES: Readonly<Record<string, Backbone>> = Object.fromEntries(
	backbones.map((each) => [each.name, each]),
);

/** Returns a backbone by name, or throws a RangeError that lists the names. */
export function backbone(name: string): Backbone {
	if (Object.hasOwn(BACKBONES, name)) return BACKBONES[name];
	throw invalidArgument('backbone', `one of ${nearestFirst(name, Object.keys(BACKBONES)).join(', ')}`, name);
}
