import { invalidArgument } from '../errors';
import { type Dataset, imageLength, joinBytes, makeDataset, subset } from './dataset';
import { selectPixels } from './pixels';
import { PARTS, type Part } from './split';

/** The parts of a data set, as indices into it; an absent part is empty. */
type Parts = Readonly<Partial<Record<Part, ArrayLike<number>>>>;

/**
 * Sets the usages of a data set so that the protocol `official` splits it into these parts. Images in no part are left
 * out; the others keep their order. The result has no persons, as it is split already.
 */
export function withParts(dataset: Dataset, parts: Parts): Dataset {
	const size = dataset.labels.length;
	const roles = new Map<number, number>();
	// Training, PublicTest and PrivateTest, the first three usages, are the parts of `official` in this order.
	for (const [usage, part] of PARTS.entries()) {
		for (const index of Array.from(parts[part] ?? [])) {
			if (!Number.isInteger(index) || index < 0 || index >= size) {
				throw invalidArgument(part, `integers from 0 to ${size - 1}`, index);
			}
			if (roles.has(index)) throw invalidArgument(part, 'images that occur once, in one part,', index);
			roles.set(index, usage);
		}
	}
	const kept = [...roles.keys()].sort((a, b) => a - b);
	const chosen = kept.length === size ? dataset : subset(dataset, kept);
	return makeDataset({ ...chosen, persons: undefined, usage: Uint8Array.from(kept, (index) => roles.get(index) ?? 0) });
}

/** Concatenates data sets of one shape, with the same classes; the result counts as drawn if one of them is. */
export function joinDatasets(name: string, datasets: readonly Dataset[]): Dataset {
	const [first, ...others] = datasets;
	if (!first) throw invalidArgument('datasets', 'at least one data set', 'none');
	const kindOf = ({ shape, emotions, usage }: Dataset) => JSON.stringify({ shape, emotions, divided: Boolean(usage) });
	const other = others.find((dataset) => kindOf(dataset) !== kindOf(first));
	if (other) {
		const expected = `data sets of one shape, with the same classes, all or none divided (${kindOf(first)}),`;
		throw invalidArgument('datasets', expected, kindOf(other), 'Read all with the same size and channels.');
	}
	const parts = datasets.map(({ pixels, labels }) => ({ pixels, indices: Uint32Array.from(labels.keys()) }));
	return makeDataset({
		...first,
		name,
		persons: undefined,
		drawn: datasets.some(({ drawn }) => drawn),
		pixels: selectPixels(parts, imageLength(first.shape)),
		labels: joinBytes(datasets.map(({ labels }) => labels)),
		usage: first.usage && joinBytes(datasets.map(({ usage = new Uint8Array() }) => usage)),
	});
}
