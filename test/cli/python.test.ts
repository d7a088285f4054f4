import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dataPath } from '../../cli/projectFolder';
import { pythonEnvironment } from '../../cli/python';

describe('pythonEnvironment', () => {
	it('is the virtual environment alone', () => {
		const env = pythonEnvironment({ PATH: '/bin', PYTHONPATH: '/elsewhere', PYTHONHOME: '/usr', PIP_USER: '1' });
		assert.deepEqual(env, { PATH: '/bin', PYTHONNOUSERSITE: '1', JUPYTER_PREFER_ENV_PATH: '1' });
	});

	it('has absolute data paths, relative to the folder of the user', () => {
		const env = {
			INIT_CWD: '/home/me/data',
			FER2013_PATH: '../fer2013.csv',
			RAFDB_PATH: 'rafdb.tar.gz',
			CKPLUS_PATH: '/ckplus',
		};
		assert.equal(dataPath('FER2013_PATH', env), '/home/me/fer2013.csv');
		assert.equal(dataPath('FER2013_PATH', {}), undefined);
		const { FER2013_PATH, RAFDB_PATH, CKPLUS_PATH } = pythonEnvironment(env);
		assert.deepEqual(
			[FER2013_PATH, RAFDB_PATH, CKPLUS_PATH],
			['/home/me/fer2013.csv', '/home/me/data/rafdb.tar.gz', '/ckplus'],
		);
		assert.equal(pythonEnvironment({ CKPLUS_PATH: '/ckplus' }).FER2013_PATH, undefined);
	});
});
