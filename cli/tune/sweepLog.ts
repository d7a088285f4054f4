import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DataError } from '../../lib/errors';
import { parseAssignments, valueIn } from '../../lib/settings';
import { folderOf } from '../../lib/storedFile';
import type { EpochRecord } from '../../lib/training/epochRecord';
import type { SweepTrial } from '../../lib/training/sweepTrial';

/** What happens to a trial: the messages of the sweep's Python program about trials. */
export type TrialEvent = Readonly<{ trial: string }> &
	(
		| Readonly<{ event: 'start'; settings: readonly string[] }>
		| Readonly<{ event: 'epoch'; record: EpochRecord }>
		| Readonly<{ event: 'finished' | 'stopped' | 'recovered' }>
		| Readonly<{ event: 'failed'; reason: string }>
	);

const ENDINGS = ['finished', 'stopped', 'recovered'];

/** Whether a line holds what is read of an event; the record of an epoch is passed on as it is. */
function isEvent(line: unknown): line is TrialEvent {
	const { trial, event, settings, record, reason } = (line ?? {}) as Record<string, unknown>;
	if (typeof trial !== 'string') return false;
	if (event === 'start') return Array.isArray(settings) && settings.every((each) => typeof each === 'string');
	if (event === 'epoch') return Number.isInteger((record as Partial<EpochRecord> | undefined)?.epoch);
	return event === 'failed' ? typeof reason === 'string' : ENDINGS.includes(String(event));
}

function settingsOf(assignments: readonly string[]): Record<string, unknown> {
	const names = assignments.map((each) => each.slice(0, each.indexOf('=')));
	return Object.fromEntries(names.map((name, i) => [name, valueIn(parseAssignments([assignments[i]]), name)]));
}

/** Everything that happened in a sweep: one line of JSON an event in the file `events.jsonl` of its folder. */
export class SweepLog {
	private readonly file: string;
	private readonly byName = new Map<string, SweepTrial>();

	/**
	 * Reads what happened before, if anything did.
	 * @throws {DataError} If a line is damaged.
	 */
	constructor(folder: string) {
		this.file = join(folder, 'events.jsonl');
		const text = existsSync(this.file) ? readFileSync(this.file, 'utf8') : '';
		const whole = text.slice(0, text.lastIndexOf('\n') + 1);
		// A killed process may have left half a line.
		if (whole !== text) truncateSync(this.file, Buffer.byteLength(whole));
		for (const [i, line] of whole.split('\n').entries()) if (line) this.apply(this.parse(line, i + 1));
	}

	/** The trials in the order of their beginning. */
	get trials(): readonly SweepTrial[] {
		return [...this.byName.values()];
	}

	/** Notes an event in the file. */
	add(event: TrialEvent): void {
		appendFileSync(this.file, `${JSON.stringify(event)}\n`);
		this.apply(event);
	}

	private parse(line: string, number: number): TrialEvent {
		try {
			const event: unknown = JSON.parse(line);
			if (isEvent(event)) return event;
		} catch {
			// Not JSON, which is as little an event.
		}
		const place = `line ${number} of ${basename(this.file)} in ${folderOf(this.file)}`;
		const remedy = 'Delete that line, and resume the sweep.';
		throw new DataError('an event of a trial', place, JSON.stringify(line.slice(0, 40)), remedy);
	}

	private apply(event: TrialEvent): void {
		const { trial: name } = event;
		const before = this.byName.get(name);
		if (event.event === 'start') {
			const settings = settingsOf(event.settings);
			// A trial that goes on reports its earlier epochs again; one of other settings has taken the name of a lost one.
			const isSame = before && JSON.stringify(before.settings) === JSON.stringify(settings);
			this.byName.set(name, { name, settings, status: 'running', history: isSame ? before.history : [] });
		} else if (before) {
			this.byName.set(name, { ...before, ...changeBy(event, before) });
		}
	}
}

function changeBy(event: Exclude<TrialEvent, { event: 'start' }>, { history }: SweepTrial): Partial<SweepTrial> {
	if (event.event === 'failed') return { status: 'failed', reason: event.reason };
	if (event.event === 'recovered') return {};
	if (event.event !== 'epoch') return { status: event.event };
	const earlier = history.filter(({ epoch }) => epoch < event.record.epoch);
	const later = history.filter(({ epoch }) => epoch > event.record.epoch);
	return { history: [...earlier, event.record, ...later] };
}
