// @ts-check
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage, PUBLISHED } from '../../dist/cli/package/build.js';
import { npmCommand } from '../../scripts/setup/npmPackages.mjs';
import { storeStandIn } from './standIn.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, '..', '..');

/** Why tests are skipped that take minutes and install large packages; false where they are wanted. */
export const withoutSlowTests = process.env.FER_SLOW_TESTS
	? false
	: 'takes minutes and installs packages from npm: FER_SLOW_TESTS=1 runs it';

/**
 * Packs a model by the program's command; returns its output.
 * @param {string} model
 * @param {string} folder
 */
export function packModel(model, folder) {
	const program = path.join(ROOT, 'dist', 'cli', 'commands', 'program.js');
	const command = [program, 'package', '--model', model, '--to', folder];
	return execFileSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
}

/**
 * Installs packages in a folder.
 * @param {string} folder
 * @param {...string} args Of `npm install`.
 */
export function npmInstall(folder, ...args) {
	const npm = npmCommand();
	const env = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
	execFileSync(npm.command, [...npm.args, 'install', '--ignore-scripts', '--no-audit', '--no-fund', ...args], {
		cwd: folder,
		env: Object.fromEntries(env),
		stdio: 'pipe',
	});
}

/** A project of someone's with the packed package installed from its file, in a folder with a space in its name. */
export class Project {
	/** @private @param {string} top @param {string} file The packed package. */
	constructor(top, file) {
		this.top = top;
		this.file = file;
		this.folder = path.join(top, 'a project');
		this.installed = path.join(this.folder, 'node_modules', 'fer-emotion-model');
		fs.mkdirSync(this.folder);
		fs.writeFileSync(path.join(this.folder, 'package.json'), '{ "private": true }');
	}

	/** Packs small stand-ins for the trained models, and installs the package without a network. */
	static async make() {
		const top = fs.mkdtempSync(path.join(os.tmpdir(), 'fer-package-'));
		const models = { default: path.join(top, 'default'), small: path.join(top, 'small') };
		await storeStandIn(models.default, { seed: 1 });
		await storeStandIn(models.small, { seed: 100 });
		const packed = await buildPackage(models, path.join(top, 'packed'), () => {});
		const project = new Project(top, packed.file);
		// The peers come from this repository: what is not in npm's cache cannot be installed here.
		npmInstall(project.folder, '--offline', '--legacy-peer-deps', project.file);
		for (const name of ['@tensorflow', '@vladmandic', 'sharp']) {
			fs.symlinkSync(path.join(ROOT, 'node_modules', name), path.join(project.folder, 'node_modules', name));
		}
		return project;
	}

	/**
	 * Packs the published models, and installs the package with its peers from npm.
	 * @param {...string} packages Others to install.
	 */
	static async makePublished(...packages) {
		const top = fs.mkdtempSync(path.join(os.tmpdir(), 'fer-package-'));
		const packed = await buildPackage(PUBLISHED, path.join(top, 'packed'), () => {});
		const project = new Project(top, packed.file);
		const tfjs = ['@tensorflow/tfjs@4.22.0', '@tensorflow/tfjs-backend-wasm@4.22.0'];
		npmInstall(project.folder, project.file, ...tfjs, ...packages);
		return project;
	}

	/**
	 * Copies programs of programs/ into the project.
	 * @param {...string} names
	 */
	add(...names) {
		for (const name of names) {
			fs.cpSync(path.join(HERE, 'programs', name), path.join(this.folder, name), { recursive: true });
		}
	}

	/** @param {8 | 16} bits @param {'default' | 'small'} [network] */
	weights(bits, network = 'default') {
		return path.join(this.installed, 'dist', 'weights', network, String(bits));
	}

	remove() {
		fs.rmSync(this.top, { recursive: true, force: true });
	}
}
