import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { listFiles } from '../../../cli/photos/listing';
import { listVideos } from '../../../cli/videos/listing';
import { plainPng, temporaryFolder, writeFiles } from '../../data/readers/sources';

const MP4 = Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isomiso2', 'latin1');

async function userFolder(t: TestContext): Promise<void> {
	const folder = temporaryFolder(t);
	const png = await plainPng(9);
	writeFiles(folder, { 'a.mp4': MP4, 'b.bin': MP4, 'c.mov': 'broken', 'd.png': png, 'e.mp4': png, 'in/f.mp4': MP4 });
	const own = process.env.INIT_CWD;
	process.env.INIT_CWD = folder;
	t.after(() => {
		if (own === undefined) delete process.env.INIT_CWD;
		else process.env.INIT_CWD = own;
	});
}

describe('listVideos', () => {
	it('takes videos by name or pattern, once, by their content or else their names', async (t) => {
		await userFolder(t);
		assert.deepEqual(await listVideos(['b.bin', 'a.mp4', '[ac].mp4', 'c.mov', 'in/*.mp4']), [
			...['b.bin', 'a.mp4', 'c.mov', 'in/f.mp4'],
		]);
		assert.deepEqual(await listVideos(['missing.mkv']), ['missing.mkv']);
		// A photo, whatever its name; a folder; a missing photo.
		assert.deepEqual(await listVideos(['e.mp4', 'd.png', 'in', 'missing.jpg']), []);
	});

	it('refuses videos together with photos or folders', async (t) => {
		await userFolder(t);
		for (const other of ['d.png', 'in']) {
			await assert.rejects(listVideos([other, 'a.mp4']), {
				name: 'Problem',
				message: `Expected either videos, by name, or photos and folders but received both: a.mp4 and ${other}. Run the command once for each.`,
			});
		}
	});

	it('leaves those in folders to the list of photos, which counts them and says how they are read', async (t) => {
		await userFolder(t);
		const found: string[] = [];
		for await (const { file, group, kind, reason } of listFiles(['in'])) {
			found.push(`${file} ${group} ${kind?.name}: ${reason}`);
		}
		assert.deepEqual(found, [
			'in/f.mp4 other MP4 video: undefined',
			'in not read undefined: Expected photos (JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP) for in but received 1 video, ' +
				'which is read by name only.',
		]);
	});
});
