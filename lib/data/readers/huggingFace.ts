import path from 'node:path';

const KEY = 'huggingface';
const PAGES = /^(readme\.md|dataset_infos\.json)$/i;

/**
 * Finds the names of the classes of a column in the metadata that Hugging Face's `datasets` writes into the footer of a
 * Parquet file: a key and a value, JSON, each after its length as a variable number (Thrift's compact protocol).
 */
export function namesInFooter(footer: Buffer, column: string): string[] | undefined {
	const key = footer.indexOf(KEY);
	if (key < 0) return undefined;
	// After the key comes a byte for the kind of the next field, the value.
	let at = key + KEY.length + 1;
	let [length, shift] = [0, 0];
	for (; shift < 28; shift += 7) {
		const byte = footer[at++] ?? 0;
		length += (byte & 127) << shift;
		if (byte < 128) break;
	}
	return namesInJson(footer.toString('utf8', at, at + length), column);
}

/** Whether a file may contain the names of classes: README.md or dataset_infos.json. */
export function isPage(name: string): boolean {
	return PAGES.test(path.posix.basename(name));
}

/** Finds the names of the classes of a column in the texts of README.md and dataset_infos.json, by their paths. */
export function namesInPages(pages: ReadonlyMap<string, string>, column: string): string[] | undefined {
	for (const [name, text] of pages) {
		const names = /\.json$/i.test(name) ? namesInJson(text, column) : namesInReadme(text, column);
		if (names) return names;
	}
	return undefined;
}

function namesInJson(text: string, column: string): string[] | undefined {
	try {
		return namesIn(JSON.parse(text), column, 0);
	} catch {
		// Not JSON: some other tool's metadata.
		return undefined;
	}
}

/** `{ <column>: { names: [...] } }`, at most so deep in a value of JSON as `datasets` writes it. */
function namesIn(value: unknown, column: string, depth: number): string[] | undefined {
	if (typeof value !== 'object' || value === null || depth > 4) return undefined;
	for (const [key, inner] of Object.entries(value)) {
		const names: unknown = key === column && inner && typeof inner === 'object' && 'names' in inner && inner.names;
		if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
		const below = namesIn(inner, column, depth + 1);
		if (below) return below;
	}
	return undefined;
}

/** The lines `'0': angry` below `- name: <column>`, `class_label:` and `names:` in the page's YAML. */
function namesInReadme(text: string, column: string): string[] | undefined {
	const lines = text.split(/\r?\n/);
	const start = lines.findIndex((line) => /^\s*- name: /.test(line) && line.split(': ')[1].trim() === column);
	const names: string[] = [];
	for (const line of start < 0 ? [] : lines.slice(start + 1)) {
		const [, number, name] = /^\s*'?(\d+)'?: *(.+?)\s*$/.exec(line) ?? [];
		if (number !== undefined && Number(number) === names.length) names.push(name.replaceAll(/^['"]|['"]$/g, ''));
		else if (!/^\s*(dtype|class_label|names):\s*$/.test(line)) break;
	}
	return names.length > 0 ? names : undefined;
}
