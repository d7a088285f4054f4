// The files are made by fixtures/weights/make_fixtures.py.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readTorch } from '../../../lib/model/weights/torch';

const fixture = (name: string) => join(__dirname, '..', '..', 'fixtures', 'weights', `${name}.pth`);
const folder = mkdtempSync(join(tmpdir(), 'torch-'));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: Uint8Array): string {
	const path = join(folder, name);
	writeFileSync(path, bytes);
	return path;
}

async function refuses(path: string, message: RegExp): Promise<void> {
	await assert.rejects(readTorch(path), { name: 'DataError', message });
}

/** A legacy file up to its state: the magic number, protocol 1001 and an empty description of the system. */
const HEAD = Buffer.from('80028a0a6cfc9c46f9206aa850192e80024de9032e80027d2e', 'hex');

describe('readTorch', () => {
	it('reads every float32 tensor row by row, however it lies in its storage', async () => {
		const tensors = await readTorch(fixture('tensors'));
		const read = Object.fromEntries([...tensors].map(([name, { shape, values }]) => [name, [shape, [...values]]]));
		// The storages hold 1 to 6; 0 to 23; and 0.5.
		assert.deepEqual(read, {
			'layer.weight': [
				[2, 3],
				[1, 2, 3, 4, 5, 6],
			],
			transposed: [
				[3, 2],
				[1, 4, 2, 5, 3, 6],
			],
			part: [[2], [5, 6]],
			column: [[2], [2, 5]],
			repeated: [[3], [0.5, 0.5, 0.5]],
			empty: [[0, 3], []],
			// Strides 1, 8, 4, 4: value at (i, j, k, 0) is i + 8 j + 4 k.
			kernel: [
				[4, 3, 2, 1],
				[0, 4, 8, 12, 16, 20, 1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22, 3, 7, 11, 15, 19, 23],
			],
			größe: [[], [0.5]],
		});
	});

	it('refuses a file that is cut short, anywhere', async () => {
		const bytes = readFileSync(fixture('tensors'));
		for (let length = 0; length < bytes.length; length++) {
			await refuses(
				write('short.pth', bytes.subarray(0, length)),
				/^Expected .* in short\.pth but received .* again;/s,
			);
		}
		await refuses(
			write('short.pth', bytes.subarray(0, -1)),
			/^Expected 5 tensors in short\.pth but received the end of the file at byte \d+\. Extract the \.pth file from its package again/,
		);
	});

	it('refuses what is no legacy torch file', async () => {
		for (const [bytes, start] of [
			['PK\x03\x04 and the rest of a zip', '504b0304'],
			['a text', '61207465'],
			['\x80\x02}.', '80027d2e'],
			['', ''],
		]) {
			const path = write('foreign.pth', Buffer.from(bytes, 'latin1'));
			const message = `^Expected a legacy torch file in foreign\\.pth but received a file that starts with ${start}\\. .*zip`;
			await refuses(path, new RegExp(message));
		}
		await assert.rejects(readTorch(join(folder, 'none.pth')), { code: 'ENOENT' });
	});

	it('refuses every name but those of tensors, and runs nothing', async () => {
		const ran = join(folder, 'ran');
		for (const [module, name] of [
			['os', 'system'],
			['posix', 'system'],
			['builtins', 'eval'],
			['child_process', 'execSync'],
			['torch', 'load'],
			['constructor', 'constructor'],
			['__proto__', 'toString'],
		]) {
			const state = Buffer.from(`c${module}\n${name}\n(S'touch ${ran}'\ntR.`);
			const path = write('hostile.pth', Buffer.concat([HEAD, state]));
			await refuses(
				path,
				new RegExp(`^Expected tensors only in hostile\\.pth but received a reference to ${module}\\.${name}\\.`),
			);
		}
		assert.ok(!existsSync(ran));
	});

	it('cannot be led to change what objects have in common', async () => {
		// { '__proto__': { 'polluted': 1 } }, and no storages.
		const state = Buffer.from("}S'__proto__'\n}S'polluted'\nI1\nss.].");
		await refuses(
			write('proto.pth', Buffer.concat([HEAD, state])),
			/^Expected tensors by name in proto\.pth but received none/,
		);
		assert.equal(({} as Record<string, unknown>).polluted, undefined);
	});

	it('refuses tensors that are not float32, lie beyond their storage, or are not there', async () => {
		await refuses(fixture('half'), /a reference to torch\.HalfStorage/);
		await refuses(fixture('beyond'), /^Expected \[3\] values in weight of beyond\.pth but received 4 in all\./);
		await refuses(fixture('nested'), /^Expected tensors by name in nested\.pth but received none\./);
	});

	it('refuses damaged pickles with a sentence, whatever the damage', async () => {
		const bytes = readFileSync(fixture('tensors'));
		let refused = 0;
		for (let at = 15; at < bytes.length; at += 3) {
			const damaged = Buffer.from(bytes);
			damaged[at] ^= 0x15;
			try {
				await readTorch(write('damaged.pth', damaged));
			} catch (error) {
				assert.equal((error as Error).name, 'DataError', `byte ${at}: ${error}`);
				refused++;
			}
		}
		// Some bytes only change a name or a value.
		assert.ok(refused > 50, `${refused}`);
	});
});
