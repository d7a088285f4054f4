/** Writes Parquet files by their specification, since Polars writes no bytes from JavaScript and no metadata. */

/** A value in Thrift's compact protocol: a number is an i32, a bigint an i64, a list of pairs a structure. */
type Thrift = number | bigint | string | readonly Field[] | { readonly list: readonly Thrift[] };
type Field = readonly [id: number, value: Thrift];

/** The values of a column; bytes and text are the same to Parquet, but text is marked. */
export type ParquetValues = readonly (Uint8Array | null)[] | readonly (string | null)[] | readonly (bigint | null)[];

/** Columns by name; one within a structure by `image.bytes`. */
export type ParquetColumns = Readonly<Record<string, ParquetValues>>;

function varint(value: bigint): Buffer {
	const bytes: number[] = [];
	for (let rest = value; ; rest >>= 7n) {
		if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
		bytes.push(Number(rest & 127n) | 128);
	}
}

const zigzag = (value: bigint) => varint(value < 0n ? -2n * value - 1n : 2n * value);

function kindOf(value: Thrift): number {
	if (typeof value === 'number') return 5;
	if (typeof value === 'bigint') return 6;
	return typeof value === 'string' ? 8 : 'list' in value ? 9 : 12;
}

function encode(value: Thrift): Buffer {
	if (typeof value === 'number' || typeof value === 'bigint') return zigzag(BigInt(value));
	if (typeof value === 'string') return Buffer.concat([varint(BigInt(Buffer.byteLength(value))), Buffer.from(value)]);
	if ('list' in value) {
		const head = Buffer.from([(value.list.length << 4) | (value.list.length > 0 ? kindOf(value.list[0]) : 12)]);
		return Buffer.concat([head, ...value.list.map(encode)]);
	}
	const fields = value.flatMap(([id, field], at) => {
		const step = id - (at === 0 ? 0 : value[at - 1][0]);
		return [Buffer.from([(step << 4) | kindOf(field)]), encode(field)];
	});
	return Buffer.concat([...fields, Buffer.of(0)]);
}

const [INT64, BYTE_ARRAY] = [2, 6];
const [PLAIN, RLE] = [0, 3];

/** The plain encoding of values: eight bytes each, or a length and bytes. */
function plain(value: Uint8Array | string | bigint): Buffer {
	if (typeof value === 'bigint') {
		const bytes = Buffer.alloc(8);
		bytes.writeBigInt64LE(value);
		return bytes;
	}
	const content = Buffer.from(value);
	const length = Buffer.alloc(4);
	length.writeUInt32LE(content.length);
	return Buffer.concat([length, content]);
}

/** One data page: how much of each row's path is there, in runs of one, and the values that are. */
function page(values: ParquetValues, depth: number): Buffer {
	const levels = Buffer.from(values.flatMap((value) => [2, value === null ? depth - 1 : depth]));
	const length = Buffer.alloc(4);
	length.writeUInt32LE(levels.length);
	const body = Buffer.concat([length, levels, ...values.flatMap((value) => (value === null ? [] : plain(value)))]);
	const header: Field[] = [
		[1, values.length],
		[2, PLAIN],
		[3, RLE],
		[4, RLE],
	];
	return Buffer.concat([
		encode([
			[1, 0],
			[2, body.length],
			[3, body.length],
			[5, header],
		]),
		body,
	]);
}

/** Makes a Parquet file of one group of rows, without compression, with metadata by their keys. */
export function makeParquet(columns: ParquetColumns, metadata: Readonly<Record<string, string>> = {}): Buffer {
	const [rows] = Object.values(columns).map(({ length }) => length);
	const tops = new Set(Object.keys(columns).map((name) => name.split('.')[0]));
	const schema: Field[][] = [
		[
			[4, 'schema'],
			[5, tops.size],
		],
	];
	for (const top of tops) {
		const own = Object.entries(columns).filter(([name]) => name.split('.')[0] === top);
		const isGroup = own[0][0] !== top;
		if (isGroup)
			schema.push([
				[3, 1],
				[4, top],
				[5, own.length],
			]);
		for (const [name, values] of own) {
			const first = values.find((value) => value !== null);
			const type = typeof first === 'bigint' ? INT64 : BYTE_ARRAY;
			const text: Field[] = typeof first === 'string' ? [[6, 0]] : [];
			schema.push([[1, type], [3, 1], [4, name.split('.').at(-1) ?? ''], ...text]);
		}
	}
	const parts: Buffer[] = [Buffer.from('PAR1')];
	let offset = 4;
	const chunks = Object.entries(columns).map(([name, values]): Field[] => {
		const path = name.split('.');
		const content = page(values, path.length);
		const start = BigInt(offset);
		parts.push(content);
		offset += content.length;
		const size = BigInt(content.length);
		const type = typeof values.find((value) => value !== null) === 'bigint' ? INT64 : BYTE_ARRAY;
		const meta: Field[] = [
			[1, type],
			[2, { list: [PLAIN, RLE] }],
			[3, { list: path }],
			[4, 0],
			[5, BigInt(values.length)],
			[6, size],
			[7, size],
			[9, start],
		];
		return [
			[2, start],
			[3, meta],
		];
	});
	const group: Field[] = [
		[1, { list: chunks }],
		[2, BigInt(offset)],
		[3, BigInt(rows)],
	];
	const pairs = Object.entries(metadata).map(([key, value]): Field[] => [
		[1, key],
		[2, value],
	]);
	const footer = encode([
		[1, 1],
		[2, { list: schema }],
		[3, BigInt(rows)],
		[4, { list: [group] }],
		...(pairs.length > 0 ? [[5, { list: pairs }] as const] : []),
		[6, 'test'],
	]);
	const length = Buffer.alloc(4);
	length.writeUInt32LE(footer.length);
	return Buffer.concat([...parts, footer, length, Buffer.from('PAR1')]);
}
