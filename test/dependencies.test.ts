import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';

const ROOT = resolve(__dirname, '..');
const GUIDE = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
const LINES = 250;

/** The rows of a table of CONTRIBUTING.md, below the heading with this text. */
function tableUnder(heading: string): string[][] {
	const section = GUIDE.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
	const rows = section.split('\n').filter((line) => line.startsWith('|'));
	return rows.slice(2).map((row) =>
		row
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim()),
	);
}

/** What stands in backticks in a cell. */
const codesOf = (cell: string) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, code]) => code);

/** The rooms from the top, each a list of folders and files. */
const ROOMS = tableUnder('Rooms').map(([places]) => codesOf(places));
/** Where each outside package may be imported: folders and files. */
const DOORS = new Map(
	tableUnder('Packages').flatMap(([packages, door]) => codesOf(packages).map((name) => [name, codesOf(door)] as const)),
);

const isIn = (file: string, place: string) => (place.endsWith('/') ? file.startsWith(place) : file === place);

/** The room of a file: the one whose place names most of its path; 0 is the top. */
function roomOf(file: string): number {
	const lengthIn = (room: readonly string[]) =>
		Math.max(-1, ...room.filter((place) => isIn(file, place)).map(({ length }) => length));
	const lengths = ROOMS.map(lengthIn);
	const longest = Math.max(...lengths);
	assert.ok(longest >= 0, `${file} is in no room of CONTRIBUTING.md`);
	return lengths.indexOf(longest);
}

function sourcesIn(folder: string): string[] {
	const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
	return names.filter((name) => /\.ts$/.test(name) && !name.endsWith('.d.ts')).map((name) => join(folder, name));
}

/** What a file imports, types too: files of the project by their path, `node:` modules and packages by their name. */
function importsOf(file: string): string[] {
	const text = readFileSync(join(ROOT, file), 'utf8').replaceAll(/^\s*\*.*$/gm, '');
	const names = text.matchAll(/(?:\b(?:from|import) '|\bimport\('|\brequire(?:\.resolve)?\(['`])([^'`]+)/g);
	return Array.from(names, ([, name]) => {
		if (name.startsWith('.'))
			return relative(ROOT, resolve(ROOT, dirname(file), name.replace(/\.js$/, ''))).concat('.ts');
		return name.startsWith('node:') ? name : name.split('/', name.startsWith('@') ? 2 : 1).join('/');
	});
}

const OWN = ['lib', 'cli', 'experiments', 'bench'].flatMap(sourcesIn);
const IMPORTS = new Map(OWN.map((file) => [file, importsOf(file)] as const));

/** Follows imports from a file and throws where they come back. */
function walk(file: string, path: readonly string[], done: Set<string>): void {
	assert.ok(!path.includes(file), `a cycle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
	if (done.has(file)) return;
	for (const target of IMPORTS.get(file) ?? []) walk(target, [...path, file], done);
	done.add(file);
}

/** The files of lib/ that other sources reach, with the path on which they do. */
function reachedFrom(folders: readonly string[]): Map<string, readonly string[]> {
	const reached = new Map<string, readonly string[]>(folders.flatMap(sourcesIn).map((file) => [file, [file]]));
	for (const [file, path] of reached) {
		for (const target of importsOf(file)) {
			if (IMPORTS.has(target) && !reached.has(target)) reached.set(target, [...path, target]);
		}
	}
	return reached;
}

describe('imports', () => {
	it('point to the same room or to a lower one', () => {
		assert.ok(OWN.length > 150 && ROOMS.length > 10 && DOORS.size > 20);
		for (const [file, targets] of IMPORTS) {
			for (const target of targets) {
				if (!IMPORTS.has(target)) continue;
				assert.ok(roomOf(target) >= roomOf(file), `${file} imports ${target}, which is in a room above`);
			}
		}
	});

	it('form no cycle', () => {
		const done = new Set<string>();
		for (const file of IMPORTS.keys()) walk(file, [], done);
	});

	it('take each outside package by its door', () => {
		for (const [file, targets] of IMPORTS) {
			for (const target of targets) {
				if (IMPORTS.has(target) || target.startsWith('node:')) continue;
				const doors = DOORS.get(target);
				assert.ok(doors, `${file} imports ${target}: neither a file nor a package of CONTRIBUTING.md`);
				assert.ok(
					doors.some((door) => isIn(file, door)),
					`${file} imports ${target}, whose door is ${doors.join(', ')}`,
				);
			}
		}
	});

	it('reach no Node module from package/ and demo/ but in the files for Node', () => {
		const reached = reachedFrom(['package/src', 'demo/src']);
		assert.ok([...reached.keys()].some((file) => file.startsWith('lib/')));
		for (const [file, path] of reached) {
			if (file === 'package/src/node.ts' || file === 'package/src/command.ts') continue;
			const node = importsOf(file).find(
				(name) => name.startsWith('node:') || /^(@tensorflow\/tfjs-node|sharp|nodejs-polars)/.test(name),
			);
			assert.equal(node, undefined, `${path.join(' -> ')} imports ${node}`);
		}
	});
});

describe('files of lib/', () => {
	it(`have at most ${LINES} lines`, () => {
		for (const file of OWN.filter((name) => name.startsWith('lib/'))) {
			const lines = readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1;
			assert.ok(lines <= LINES, `${file} has ${lines} lines`);
		}
	});
});

describe('package.json', () => {
	it('holds no package without a reason in CONTRIBUTING.md, and no reason without a package', () => {
		const packages = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
		const { dependencies, devDependencies, optionalDependencies } = packages;
		const installed = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
			(name) => !name.startsWith('@types/'),
		);
		assert.deepEqual([...DOORS.keys()].sort(), installed.sort());
	});
});
