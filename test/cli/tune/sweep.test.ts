import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { PROJECT_FOLDER } from '../../../cli/projectFolder';
import { claimFolder, planSweep, type TuneOptions } from '../../../cli/tune/plan';
import { formatReport, reportSweep, writeReport } from '../../../cli/tune/report';
import { jobOf } from '../../../cli/tune/runTune';
import { SweepLog, type TrialEvent } from '../../../cli/tune/sweepLog';
import type { EpochRecord } from '../../../lib/training/epochRecord';

const folder = mkdtempSync(join(tmpdir(), 'fer-sweep-'));
after(() => rmSync(folder, { recursive: true }));

const SPACE = { 'phase2.learningRate': { min: 1e-4, max: 1e-2, log: true }, backbone: ['mobilenet-v2', 'resnet50'] };
const file = join(folder, 'rates.json');
writeFileSync(file, JSON.stringify(SPACE));

const plan = (options: Partial<TuneOptions> = {}) =>
	planSweep(file, { trials: '7', profile: 'quick', cores: '1', gpus: '0', ...options });
const inFolder = (name: string, options: Partial<TuneOptions> = {}) => {
	const place = join(folder, name);
	mkdirSync(place, { recursive: true });
	return { ...plan(options), folder: place };
};
const record = (epoch: number, validationAccuracy: number) => ({ epoch, validationAccuracy }) as EpochRecord;
const epochOf = (trial: string, epoch: number, accuracy: number): TrialEvent => ({
	event: 'epoch',
	trial,
	record: record(epoch, accuracy),
});
const startOf = (trial: string, rate: number): TrialEvent => ({
	event: 'start',
	trial,
	settings: [`phase2.learningRate=${rate}`, 'backbone=resnet50'],
});

describe('planSweep', () => {
	it('makes the job for Ray from the space and what all trials have in common', () => {
		const sweep = plan({ set: ['phase2.epochs=18'], data: folder, classes: 'sad,glad' });
		assert.equal(sweep.folder, join(PROJECT_FOLDER, 'runs', 'tune-rates'));
		const job = jobOf(sweep, ['node', 'trainer.mjs']);
		const common = ['--profile', 'quick', '--data', folder, '--classes', 'sad,glad', '--set', 'phase2.epochs=18'];
		const command = ['node', 'trainer.mjs', '--quiet', 'train', '--trial', '--json-lines', '--study', 'tune-rates'];
		assert.deepEqual(job.command.slice(0, 16), [...command, ...common]);
		assert.deepEqual(job.space, {
			'phase2.learningRate': { min: 1e-4, max: 1e-2, log: true, integer: false },
			backbone: { choices: ['mobilenet-v2', 'resnet50'] },
		});
		assert.deepEqual([job.trials, job.epochs, job.grace, job.cores, job.gpus], [7, 18, 2, 1, 0]);
	});

	it('refuses what it cannot run, before anything starts', () => {
		const wrong: readonly (readonly [Partial<TuneOptions>, RegExp])[] = [
			[{ trials: '0' }, /an integer from 1 to 100,000 for --trials but received 0/],
			[{ gpus: 'all' }, /an integer from 0 .* for --gpus but received all/],
			[{ cores: '9999' }, /at most the \d+ cores of this machine for --cores/],
			[{ name: '../models' }, /the name of a folder in runs\/ for --name/],
			[{ set: ['backbone=vgg16'] }, /Expected backbone in the space or in --set but received both/],
			[{ set: ['phase2={"epochs":3}'] }, /Expected phase2\.learningRate in the space or in --set but received both/],
			[{ profile: 'slow' }, /for profile but received "slow"/],
		];
		for (const [options, message] of wrong) assert.throws(() => plan(options), message, JSON.stringify(options));
	});
});

describe('claimFolder', () => {
	it('takes a folder without a sweep, and the same sweep again only to resume it', async () => {
		const sweep = inFolder('claimed');
		await assert.rejects(claimFolder(sweep, true), /Expected a sweep in runs\/tune-rates but found none/);
		await claimFolder(sweep, false);
		await claimFolder(sweep, true);
		await assert.rejects(claimFolder(sweep, false), /no earlier sweep in runs\/tune-rates\. Use --resume/);
		await assert.rejects(claimFolder(inFolder('claimed', { trials: '9' }), true), /received other trials\. Resume/);
	});
});

describe('SweepLog', () => {
	it('is the same again when it is read from its file, whatever a killed process has left there', () => {
		const { folder: place } = inFolder('log');
		const log = new SweepLog(place);
		log.add(startOf('trial-001', 0.001));
		log.add(epochOf('trial-001', 1, 0.3));
		log.add(epochOf('trial-001', 2, 0.5));
		log.add(startOf('trial-002', 0.01));
		log.add({ event: 'failed', trial: 'trial-002', reason: 'NaN' });
		appendFileSync(join(place, 'events.jsonl'), '{"event":"epo');
		const again = new SweepLog(place);
		assert.deepEqual(again.trials, log.trials);
		// The same trial goes on, and reports its epochs again.
		again.add(startOf('trial-001', 0.001));
		again.add(epochOf('trial-001', 1, 0.3));
		again.add(epochOf('trial-001', 3, 0.4));
		again.add({ event: 'finished', trial: 'trial-001' });
		const settings = { 'phase2.learningRate': 0.001, backbone: 'resnet50' };
		const history = [record(1, 0.3), record(2, 0.5), record(3, 0.4)];
		const [first, second] = new SweepLog(place).trials;
		assert.deepEqual(first, { name: 'trial-001', settings, status: 'finished', history });
		assert.deepEqual([second.status, second.reason, second.history], ['failed', 'NaN', []]);
		// A trial of other settings takes the name of one that was lost.
		again.add(startOf('trial-001', 0.002));
		assert.deepEqual(again.trials[0].history, []);
	});
});

describe('the report of a sweep', () => {
	it('ranks the trials, says how to test the best, and writes a table and figures', async () => {
		const sweep = inFolder('report', { set: ['distillation.teachers=["full"]'] });
		const log = new SweepLog(sweep.folder);
		const course: readonly (readonly [string, number, readonly number[], 'finished' | 'stopped'])[] = [
			['trial-001', 0.001, [0.3, 0.5], 'finished'],
			['trial-002', 0.0005, [0.2], 'stopped'],
			['trial-003', 0.004, [0.4, 0.62, 0.6], 'finished'],
		];
		for (const [trial, rate, accuracies, event] of course) {
			log.add(startOf(trial, rate));
			accuracies.forEach((accuracy, i) => {
				log.add(epochOf(trial, i + 1, accuracy));
			});
			log.add({ event, trial });
		}
		log.add(startOf('trial-004', 0.01));
		log.add({ event: 'failed', trial: 'trial-004', reason: 'Expected a finite loss but received "NaN".' });
		const state = { sweep, trials: log.trials };
		const report = reportSweep(state);
		assert.deepEqual(
			report.trials.map(({ name, epochs, accuracy }) => [name, epochs, accuracy]),
			[
				['trial-003', 3, 0.62],
				['trial-001', 2, 0.5],
				['trial-002', 1, 0.2],
				['trial-004', 0, undefined],
			],
		);
		assert.equal(
			report.command,
			'npx fer train --study tune-rates --name trial-003 --profile quick --set \'distillation.teachers=["full"]\' ' +
				'--set phase2.learningRate=0.004 --set backbone=resnet50',
		);
		const text = formatReport(report);
		assert.match(
			text,
			/^trial {6}status {4}epochs {2}accuracy {2}settings\ntrial-003 {2}finished {2}3 {7}62\.00 % {3}phase2/,
		);
		assert.match(text, /trial-004 {2}failed {4}0 {17}Expected a finite loss/);
		const files = await writeReport(state, report);
		assert.deepEqual(files.map(existsSync), [true, true, true]);
		assert.deepEqual(readFileSync(files[0], 'utf8').split('\n').slice(0, 2), [
			'trial,status,epochs,accuracy,phase2.learningRate,backbone,reason',
			'trial-003,finished,3,0.62,"0.004","resnet50",""',
		]);
		assert.match(
			readFileSync(files[0], 'utf8'),
			/trial-004,failed,0,,"0\.01","resnet50","Expected a finite loss but received ""NaN""\."/,
		);
	});
});

const INCOMPLETE = [
	'{"trial": "a", "event": "start"}',
	'{"trial": "a", "event": "start", "settings": [1]}',
	'{"trial": "a", "event": "epoch"}',
	'{"trial": "a", "event": "unknown"}',
];

describe('damaged files of a sweep', () => {
	it('are named, with what stands there and what to do', async () => {
		for (const [text, found] of [
			['{"space": {', /not JSON \("\{\\"space\\": \{"\)/],
			['null', /JSON without a space \("null"\)/],
			['[1]', /JSON without a space/],
		] as const) {
			const sweep = inFolder('damaged plan');
			writeFileSync(join(sweep.folder, 'sweep.json'), text);
			await assert.rejects(claimFolder(sweep, true), (error: Error) => {
				assert.equal(error.name, 'DataError');
				assert.match(error.message, /the plan of a sweep .* sweep\.json in the folder .*damaged plan/);
				assert.match(error.message, found);
				return true;
			});
			await assert.rejects(claimFolder(sweep, false), /DataError|the plan of a sweep/);
			assert.equal(readFileSync(join(sweep.folder, 'sweep.json'), 'utf8'), text);
		}
		const { folder: place } = inFolder('damaged events');
		for (const line of ['{"trial": "a", "ev', '7', 'null', '{"event": "epoch"}', ...INCOMPLETE]) {
			const text = `${JSON.stringify(startOf('a', 1e-3))}\n${line}\n`;
			writeFileSync(join(place, 'events.jsonl'), text);
			assert.throws(
				() => new SweepLog(place),
				(error: Error) => {
					assert.equal(error.name, 'DataError');
					assert.match(error.message, /line 2 of events\.jsonl in the folder .*damaged events/);
					assert.ok(error.message.includes(JSON.stringify(line.slice(0, 40))), error.message);
					return true;
				},
			);
			assert.equal(readFileSync(join(place, 'events.jsonl'), 'utf8'), text);
		}
	});
});
