import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import pl from 'nodejs-polars';
import { filesDone, PHOTO_RESULTS } from '../../../cli/photos/formats';
import { checkResultFile as checkFile } from '../../../cli/results/resultFile';
import { type FrameResult, VIDEO_RESULTS } from '../../../cli/videos/formats';
import { EMOTIONS } from '../../../lib/emotions';
import { temporaryFolder } from '../../data/readers/sources';
import { RESULTS } from '../../fixtures/photoResults';

const ENDINGS = ['csv', 'jsonl'];

const checkResultFile = (file: string, resume: boolean) => checkFile(file, resume, PHOTO_RESULTS);

/** The files that are in a file of results. */
const filesIn = (file: string) => [...filesDone(checkResultFile(file, true).stored)];

/** Writes results to a file. */
function append(file: string, results: readonly (typeof RESULTS)['face'][], resume = false): void {
	const sink = checkResultFile(file, resume).open(EMOTIONS);
	for (const result of results) sink.write(result);
	sink.end(true);
}

const problem = (message: RegExp) => ({ name: 'Problem', message });

describe('checkResultFile', () => {
	it('writes each result to the file at once, in a new folder too', (t) => {
		for (const ending of ENDINGS) {
			const file = join(temporaryFolder(t), 'new', `a.${ending}`);
			const sink = checkResultFile(file, false).open(EMOTIONS);
			const lengths = [RESULTS.face, RESULTS.faces].map((result) => {
				sink.write(result);
				return readFileSync(file, 'utf8').trimEnd().split('\n').length;
			});
			sink.end(true);
			assert.deepEqual(lengths, ending === 'csv' ? [2, 4] : [1, 2]);
		}
	});

	it('refuses a file that exists, unless asked to go on with it', (t) => {
		for (const ending of ENDINGS) {
			const file = join(temporaryFolder(t), `a.${ending}`);
			append(file, [RESULTS.face]);
			const before = readFileSync(file, 'utf8');
			assert.throws(() => checkResultFile(file, false), problem(/received one that exists: .*Add --resume to go on/));
			assert.equal(readFileSync(file, 'utf8'), before);
		}
	});

	it('goes on after what is there', (t) => {
		for (const ending of ENDINGS) {
			const [file, whole] = ['a', 'b'].map((name) => join(temporaryFolder(t), `${name}.${ending}`));
			const all = Object.values(RESULTS);
			append(file, all.slice(0, 2));
			assert.deepEqual(
				filesIn(file),
				all.slice(0, 2).map((each) => join(process.cwd(), each.file)),
			);
			append(file, all.slice(2), true);
			append(whole, all);
			assert.equal(readFileSync(file, 'utf8'), readFileSync(whole, 'utf8'));
		}
	});

	it('is written by one process at a time, and not after another has gone on with it', (t) => {
		const file = join(temporaryFolder(t), 'a.csv');
		const [first, second] = [checkResultFile(file, false), checkResultFile(file, false)];
		const sink = first.open(EMOTIONS);
		const refusal = (found: RegExp) =>
			problem(new RegExp(`^Expected no other process that writes .* but found ${found.source}`));
		assert.throws(() => second.open(EMOTIONS), refusal(/one by process \d+ since/));
		sink.write(RESULTS.face);
		sink.end(true);
		assert.throws(
			() => second.open(EMOTIONS),
			refusal(/one that has just written\. Run the command again with --resume/),
		);
		append(file, [RESULTS.none], true);
	});

	it('tries again what could not be read', (t) => {
		for (const ending of ENDINGS) {
			const file = join(temporaryFolder(t), `a.${ending}`);
			append(file, [RESULTS.face, { file: 'locked.jpg', status: 'not read', error: 'Permission denied.' }]);
			assert.deepEqual(filesIn(file), [join(process.cwd(), RESULTS.face.file)]);
		}
	});

	it('drops the result that a killed process wrote in part, wherever it was cut', (t) => {
		for (const ending of ENDINGS) {
			const [file, whole] = ['a', 'b'].map((name) => join(temporaryFolder(t), `${name}.${ending}`));
			// The second has two lines in a CSV, and a name in quotes.
			append(whole, [RESULTS.face, RESULTS.faces]);
			const complete = readFileSync(whole, 'utf8');
			for (let length = 0; length < complete.length; length++) {
				writeFileSync(file, complete.slice(0, length));
				const done = new Set(filesIn(file));
				assert.ok(!done.has(join(process.cwd(), RESULTS.faces.file)), `${ending} after ${length} characters`);
				const missing = [RESULTS.face, RESULTS.faces].filter((each) => !done.has(join(process.cwd(), each.file)));
				append(file, missing, true);
				assert.equal(readFileSync(file, 'utf8'), complete, `${ending} after ${length} characters`);
			}
		}
	});

	it('cuts a file at the right byte if its names are not ASCII', (t) => {
		for (const ending of ENDINGS) {
			const file = join(temporaryFolder(t), `a.${ending}`);
			append(file, [{ ...RESULTS.none, file: 'größe-家族.jpg' }]);
			const complete = readFileSync(file);
			writeFileSync(
				file,
				Buffer.concat([complete, Buffer.from(ending === 'csv' ? 'ü,' : '{"file":"ü'), Buffer.of(0xc3)]),
			);
			append(file, [], true);
			assert.deepEqual(readFileSync(file), complete);
		}
	});

	it('refuses files of the user, and leaves them as they are', (t) => {
		const folder = temporaryFolder(t);
		const foreign = {
			'table.csv': 'name,age\nAnna,7\n',
			'broken.csv': 'file,face,emotion,faces\n"a"b\n',
			'other.csv': 'file,face,emotion,comment\na.jpg,1,happy,x\n',
			'binary.csv': Buffer.of(0x89, 0x50, 0xff, 0, 10),
			'list.jsonl': '[1,2]\n',
			'text.jsonl': 'Dear diary,\n',
			'half.jsonl': 'Dear diary',
			'object.jsonl': '{"a":1}',
			'files.jsonl': '{"file":"a.txt"}\n{"file":"b.txt"}',
			'last.jsonl': '{"file":"a.txt","size":7}',
		};
		for (const [name, content] of Object.entries(foreign)) {
			const file = join(folder, name);
			writeFileSync(file, content);
			assert.throws(() => checkResultFile(file, true).open(EMOTIONS), problem(/^Expected results .*--resume/), name);
			assert.deepEqual(readFileSync(file), Buffer.from(content));
		}
	});

	it('refuses results of a model with other emotions', (t) => {
		const file = join(temporaryFolder(t), 'a.csv');
		append(file, [RESULTS.face]);
		const goOn = () => checkResultFile(file, true).open(['calm', 'angry']);
		assert.throws(goOn, problem(/^Expected results with the columns file,face,emotion,calm,angry,.*Use the model/));
	});

	it('refuses other endings and folders before anything is written', (t) => {
		const folder = temporaryFolder(t);
		mkdirSync(join(folder, 'a.csv'));
		assert.throws(
			() => checkResultFile(join(folder, 'a.txt'), false),
			problem(/ends in \.csv, \.jsonl or \.parquet for --to but/),
		);
		assert.throws(() => checkResultFile(join(folder, 'a.csv'), true), problem(/^Expected a new file for --to but/));
		assert.equal(existsSync(join(folder, 'a.txt')), false);
	});

	it('makes a Parquet file at the end, and goes on before and after it', (t) => {
		const file = join(temporaryFolder(t), 'a.parquet');
		const frame = (time: number, ...faces: number[]): FrameResult => ({
			...{ file: 'ü, clip.mp4', time },
			faces: faces.map((number) => ({
				...{ face: number, emotion: 'happy', detection: 0.5, probabilities: [0, 0, 0, 1, 0, 0, 0] },
				box: { left: 1.25, top: -2, width: 30, height: 30 },
			})),
		});
		const write = (frames: readonly FrameResult[], isWhole: boolean, resume: boolean) => {
			const checked = checkFile(file, resume, VIDEO_RESULTS);
			const sink = checked.open(EMOTIONS);
			for (const each of frames) sink.write(each);
			sink.end(isWhole);
			return checked.stored.map(({ time }) => time);
		};
		write([frame(0, 1, 2)], false, false);
		assert.equal(existsSync(file), false);
		assert.throws(
			() => checkFile(file, false, VIDEO_RESULTS),
			problem(/one that exists: .*a\.parquet\.unfinished\.csv/),
		);
		assert.deepEqual(write([frame(0.2)], true, true), [0]);
		assert.deepEqual(write([frame(0.4, 2)], true, true), [0, 0.2]);
		const table = pl.readParquet(file);
		assert.deepEqual(table.dtypes.slice(0, 5).map(String), [
			...['DataType(String)', 'DataType(Float64)', 'DataType(Int32)', 'DataType(String)', 'DataType(Float64)'],
		]);
		assert.deepEqual(
			table.toRecords().map((row) => [row.file, row.time, row.face, row.happy, row.left, row.faces]),
			[
				[0, 1, 1, 1.25, 2],
				[0, 2, 1, 1.25, 2],
				[0.2, null, null, null, 0],
				[0.4, 2, 1, 1.25, 1],
			].map((row) => [relative(dirname(file), join(process.cwd(), 'ü, clip.mp4')), ...row]),
		);
		assert.deepEqual(readdirSync(dirname(file)), ['a.parquet']);
		writeFileSync(file, 'mine');
		assert.throws(() => checkFile(file, true, VIDEO_RESULTS), problem(/^Expected results of fer predict for --resume/));
		assert.equal(readFileSync(file, 'utf8'), 'mine');
	});
});
