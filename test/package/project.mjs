// @ts-check
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmCommand } from '../../scripts/setup/npmPackages.mjs';
import { storeStandIn } from './standIn.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, '..', '..');

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

/** A project of someone's with the packed package installed from its file, in a folder with a space in its name. */
export class Project {
	/** @private @param {string} top @param {string} said What the command said. */
	constructor(top, said) {
		this.top = top;
		this.said = said;
		this.folder = path.join(top, 'a project');
		this.installed = path.join(this.folder, 'node_modules', 'fer-emotion-model');
	}

	/** Packs the package by its command, with a stand-in for the trained model, and installs it without a network. */
	static async make() {
		const top = fs.mkdtempSync(path.join(os.tmpdir(), 'fer-package-'));
		const modelFolder = path.join(top, 'model');
		await storeStandIn(modelFolder);
		const packed = path.join(top, 'packed');
		const project = new Project(top, packModel(modelFolder, packed));
		const [file] = fs.readdirSync(packed).filter((name) => name.endsWith('.tgz'));
		fs.mkdirSync(project.folder);
		fs.writeFileSync(path.join(project.folder, 'package.json'), '{ "private": true }');
		const npm = npmCommand();
		// The peer comes from this repository: what is not in npm's cache cannot be installed here.
		const options = ['--offline', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'];
		const env = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
		execFileSync(npm.command, [...npm.args, 'install', ...options, path.join(packed, file)], {
			cwd: project.folder,
			env: Object.fromEntries(env),
			stdio: 'pipe',
		});
		for (const name of ['@tensorflow', 'sharp']) {
			fs.symlinkSync(path.join(ROOT, 'node_modules', name), path.join(project.folder, 'node_modules', name));
		}
		return project;
	}

	/**
	 * Copies programs of programs/ into the project.
	 * @param {...string} names
	 */
	add(...names) {
		for (const name of names) fs.copyFileSync(path.join(HERE, 'programs', name), path.join(this.folder, name));
	}

	/** @param {8 | 16} bits */
	weights(bits) {
		return path.join(this.installed, 'dist', 'weights', String(bits));
	}

	remove() {
		fs.rmSync(this.top, { recursive: true, force: true });
	}
}
