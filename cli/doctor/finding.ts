import { formatColumns } from '../../lib/format';

/** What was found of one thing that the project uses. */
export interface Finding {
	readonly name: string;
	/** `absent`: something optional that is not there; `fault`: something that is needed and does not work. */
	readonly state: 'ok' | 'absent' | 'fault';
	readonly found: string;
	/** What to do about it; a command where there is one. */
	readonly remedy?: string;
}

/** Makes a finding from a check that may throw: the error's first line is what was found. */
export async function findingOf(name: string, remedy: string, check: () => Promise<string>): Promise<Finding> {
	try {
		return { name, state: 'ok', found: await check() };
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		return { name, state: 'fault', found: message.trim().split('\n')[0], remedy };
	}
}

const MARKS = { ok: '✓', absent: '-', fault: '✗' } as const;

/** Formats findings for the terminal, each remedy below its finding. */
export function formatFindings(findings: readonly Finding[]): string {
	const rows = findings.flatMap(({ name, state, found, remedy }) => [
		[`${MARKS[state]} ${name}`, found],
		...(remedy ? [['', `→ ${remedy}`]] : []),
	]);
	return formatColumns(rows);
}
