import fc from 'fast-check';

/** A change to a file at a place, which is a share of its length. */
interface Mutation {
	readonly kind: 'set' | 'cut off' | 'remove' | 'insert' | 'repeat';
	readonly place: number;
	readonly bytes: Uint8Array;
}

const SHARE = fc.double({ min: 0, max: 1, noNaN: true });
// Most formats state sizes in their first bytes: half of all changes are made there.
const PLACE = fc.oneof(
	SHARE,
	SHARE.map((share) => share ** 6),
);
const MUTATION: fc.Arbitrary<Mutation> = fc.record({
	kind: fc.constantFrom('set', 'set', 'set', 'cut off', 'remove', 'insert', 'repeat'),
	place: PLACE,
	bytes: fc.oneof(
		fc.uint8Array({ minLength: 1, maxLength: 4 }),
		fc.constantFrom(...[0x00, 0x7f, 0xff].map((byte) => new Uint8Array(4).fill(byte))),
		fc.uint8Array({ minLength: 1, maxLength: 64 }),
	),
});

function mutate(content: Uint8Array, { kind, place, bytes }: Mutation): Uint8Array {
	const at = Math.floor(place * content.length);
	const [before, after] = [content.subarray(0, at), content.subarray(at)];
	if (kind === 'cut off') return before;
	if (kind === 'set') return Buffer.concat([before, bytes, after.subarray(bytes.length)]);
	if (kind === 'remove') return Buffer.concat([before, after.subarray(bytes.length)]);
	if (kind === 'insert') return Buffer.concat([before, bytes, after]);
	return Buffer.concat([before, after.subarray(0, 16 * bytes.length), after]);
}

/** One of the files, as it is or with up to eight changes. */
export function mutated(files: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
	const mutations = fc.array(MUTATION, { maxLength: 8 });
	return fc
		.tuple(fc.constantFrom(...files), mutations)
		.map(([file, changes]) => Uint8Array.from(changes.reduce(mutate, file)));
}
