import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { silenceProgress } from '../../cli/progressLine';
import { LOGS } from '../../cli/projectFolder';
import { installPackages, pythonOf } from '../../cli/pythonPackages';

const top = mkdtempSync(join(tmpdir(), 'fer-packages-'));
const log = `test-packages-${process.pid}`;
after(() => {
	rmSync(top, { recursive: true });
	rmSync(join(LOGS, `${log}-pip.log`), { force: true });
});

/** A virtual environment whose Python keeps what it is called with, and the constraints. */
function fakeEnvironment(name: string, exitCode: number) {
	const venv = join(top, name);
	const calls = join(top, `${name}.calls`);
	const constraints = join(top, `${name}.constraints`);
	mkdirSync(dirname(pythonOf(venv)), { recursive: true });
	const script = `#!/bin/sh\necho "$@" >> ${calls}\ncp ${join(venv, 'tmp', 'constraints.txt')} ${constraints}\nexit ${exitCode}\n`;
	writeFileSync(pythonOf(venv), script, { mode: 0o755 });
	return { venv, calls, constraints };
}

const requirements = join(top, 'requirements.txt');
writeFileSync(requirements, 'some-package==1.0\n');
silenceProgress();

describe('installPackages', () => {
	it('installs with the versions of the lock file, once for each content of the requirements', async () => {
		const { venv, calls, constraints } = fakeEnvironment('whole', 0);
		const install = () => installPackages({ title: 'Some', venv, requirements, log });
		await install();
		await install();
		const [call, ...others] = readFileSync(calls, 'utf8').trim().split('\n');
		assert.deepEqual(others, []);
		assert.match(call, new RegExp(`^-m pip install .*--requirement ${requirements} --constraint \\S+$`));
		const lines = readFileSync(constraints, 'utf8');
		assert.match(lines, /^numpy==\d/m);
		assert.doesNotMatch(lines, /--hash/);
		assert.ok(!existsSync(join(venv, 'tmp')));
		writeFileSync(requirements, 'some-package==1.1\n');
		await install();
		assert.equal(readFileSync(calls, 'utf8').trim().split('\n').length, 2);
	});

	it('tries again after a failure', async () => {
		const { venv, calls } = fakeEnvironment('broken', 1);
		const install = () => installPackages({ title: 'Some', venv, requirements, log });
		await assert.rejects(install(), { name: 'Problem' });
		await assert.rejects(install(), { name: 'Problem' });
		assert.equal(readFileSync(calls, 'utf8').trim().split('\n').length, 2);
	});
});
