import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';

const LIB = resolve(__dirname, '../lib');
const FILES = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const LINES = 250;

/** Where each outside package may be imported. */
const DOORS: Readonly<Record<string, RegExp>> = {
	// Shared with package/ and demo/, which have no Node.
	'@tensorflow/tfjs': /^(layerCam|faceApi)\.ts$/,
	'@tensorflow/tfjs-node-gpu': /^tensorflow\//,
	'@petamoriken/float16': /^modelFile\.ts$/,
	'@vladmandic/face-api': /^detector\.ts$/,
	'dejavu-fonts-ttf': /^figures\//,
	h5wasm: /^weights\//,
	linkedom: /^figures\//,
	'nodejs-polars': /^readers\//,
	'opentype.js': /^figures\//,
	pickleparser: /^weights\//,
	'plotly.js-dist': /^figures\//,
	'pure-rand': /^random\.ts$/,
	// The export of figures takes PNG options that no photograph needs.
	sharp: /^image\.ts$/,
	tar: /^readers\//,
	yauzl: /^readers\//,
	zod: /^config\.ts$/,
};

/** Every file of the library, and what it imports, types too: own files by their path, packages by their name. */
const IMPORTS = new Map(
	FILES.map((file) => {
		const text = readFileSync(join(LIB, file), 'utf8');
		const names = text.matchAll(/(?:\b(?:from|import) '|\bimport\('|\brequire(?:\.resolve)?\(['`])([^'`]+)/g);
		const targets = Array.from(names, ([, name]) => {
			if (name.startsWith('.')) return `${relative(LIB, resolve(LIB, dirname(file), name))}.ts`;
			return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
		});
		return [file, targets.filter((target) => !target.startsWith('node:'))] as const;
	}),
);

/** Follows imports from a file and throws where they come back. */
function walk(file: string, path: readonly string[], done: Set<string>): void {
	assert.ok(!path.includes(file), `a cycle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
	if (done.has(file)) return;
	for (const target of IMPORTS.get(file) ?? []) walk(target, [...path, file], done);
	done.add(file);
}

describe('lib/', () => {
	it('has no cycle of imports', () => {
		assert.ok(IMPORTS.size > 60);
		const done = new Set<string>();
		for (const file of IMPORTS.keys()) walk(file, [], done);
	});

	it('has one door for each outside package', () => {
		for (const [file, targets] of IMPORTS) {
			for (const target of targets) {
				if (IMPORTS.has(target)) continue;
				assert.ok(target in DOORS, `lib/${file} imports ${target}: neither a file nor a known package`);
				assert.match(file, DOORS[target], `lib/${file} imports ${target}`);
			}
		}
		const used = new Set([...IMPORTS.values()].flat());
		assert.deepEqual(
			Object.keys(DOORS).filter((name) => !used.has(name)),
			[],
		);
	});

	it(`has files of at most ${LINES} lines`, () => {
		for (const file of IMPORTS.keys()) {
			const lines = readFileSync(join(LIB, file), 'utf8').split('\n').length - 1;
			assert.ok(lines <= LINES, `lib/${file} has ${lines} lines`);
		}
	});
});
