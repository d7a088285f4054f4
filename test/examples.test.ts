import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as fer from '../lib';

const ROOT = resolve(__dirname, '..');
const LIB = join(ROOT, 'lib');

/** The functions that lib/index.ts exports, and the doc comment of each. */
function documentedFunctions(): Map<string, string> {
	const index = readFileSync(join(LIB, 'index.ts'), 'utf8');
	const comments = new Map<string, string>();
	for (const [, names, file] of index.matchAll(/export \{([^}]+)\} from '\.\/([^']+)'/g)) {
		const text = readFileSync(join(LIB, `${file}.ts`), 'utf8');
		for (const name of names.split(',').map((each) => each.trim())) {
			if (!name || name.startsWith('type ')) continue;
			const isFunction = typeof Reflect.get(fer, name) === 'function' && !text.includes(`export class ${name} `);
			const pattern = new RegExp(
				`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\nexport (?:async )?(?:function\\*?|const) ${name}\\b`,
			);
			if (isFunction) comments.set(name, pattern.exec(text)?.[1] ?? '');
		}
	}
	return comments;
}

const exampleOf = (comment: string) =>
	/@example[^`]*```ts\n([\s\S]*?)```/.exec(comment)?.[1].replaceAll(/^\s*\* ?/gm, '');

const COMMENTS = documentedFunctions();
const EXAMPLES = [...COMMENTS].flatMap(([name, comment]) => {
	const code = exampleOf(comment);
	return code ? [[name, code] as const] : [];
});

/** What an example may use without making it. */
interface Given {
	readonly fer: typeof fer;
	readonly dataset: fer.Dataset;
	readonly run: fer.Run;
	readonly results: fer.Results;
	readonly folder: string;
}

/** Links the virtual environment, which contains the pretrained weights. */
function linkWeights(folder: string): void {
	if (existsSync(join(ROOT, '.venv'))) symlinkSync(join(ROOT, '.venv'), join(folder, '.venv'));
}

describe('examples in doc comments', () => {
	const folder = mkdtempSync(join(tmpdir(), 'fer examples '));
	let given: Given;
	let examples: Readonly<Record<string, (given: Given) => Promise<void>>>;
	const program = join(folder, 'examples.ts');

	before(async () => {
		const functions = EXAMPLES.map(
			([name, code]) =>
				`${JSON.stringify(name)}: async ({ fer, dataset, run, results, folder }: Given) => {\n${code}\n},`,
		);
		const types = `import type * as library from '${LIB}/index';
			interface Given { fer: typeof library; dataset: library.Dataset; run: library.Run; results: library.Results; folder: string }`;
		writeFileSync(program, `${types}\nexport const examples = {\n${functions.join('\n')}\n};\n`);
		linkWeights(folder);
		const config = fer.createConfig('smoke', { sampleFaces: 140, imageSize: 32 });
		const faces = await fer.sampleFaces({ size: 140, seed: 1 });
		const run = await fer.openRun({ name: 'example', config, dataset: faces, projectFolder: folder });
		const phase1 = await fer.trainHead(run);
		const phase2 = await fer.fineTune(run);
		const calibration = await fer.calibrate(run);
		const results = await fer.testRun(run, { phase1, phase2, calibration });
		given = { fer, dataset: await fer.sampleFaces({ size: 70, seed: 1 }), run, results, folder };
		examples = (await import(program)).examples;
	});
	after(() => rmSync(folder, { recursive: true }));

	it('stand beside every exported function', () => {
		const without = [...COMMENTS].filter(([, comment]) => !exampleOf(comment)).map(([name]) => name);
		assert.deepEqual(without, []);
		assert.ok(EXAMPLES.length > 30);
	});

	it('type-check', () => {
		const config = join(folder, 'tsconfig.json');
		const files = { extends: join(ROOT, 'tsconfig.test.json'), include: [program], exclude: [] };
		const options = {
			rootDir: '/',
			typeRoots: [join(ROOT, 'node_modules', '@types')],
			noUnusedLocals: false,
			noUnusedParameters: false,
		};
		writeFileSync(config, JSON.stringify({ ...files, compilerOptions: options }));
		const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
		try {
			execFileSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' });
		} catch (error) {
			assert.fail((error as { stdout: string }).stdout);
		}
	});

	for (const [name] of EXAMPLES) {
		it(`run: ${name}`, async () => {
			const own = join(folder, name);
			mkdirSync(own);
			linkWeights(own);
			const here = process.cwd();
			process.chdir(own);
			try {
				await examples[name]({ ...given, folder: own });
			} finally {
				process.chdir(here);
			}
		});
	}
});
