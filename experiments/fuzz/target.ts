import type { IRawProperty } from 'fast-check';
import { isExpected } from '../../cli/problem';

/** How an input ended: with a result, or with an error that says what the user can do. */
export type Outcome = 'result' | 'refusal';

/** A part of the program that must end every input in one of the two outcomes. */
export interface FuzzTarget {
	/** What it takes, for the report. */
	readonly title: string;
	/** Makes the inputs and tries them; throws whatever is neither a result nor a refusal. */
	readonly property: (count: (outcome: Outcome) => void) => IRawProperty<unknown>;
}

/** Runs a piece of work; throws an error that the user could do nothing about. */
export async function outcomeOf(work: () => unknown): Promise<Outcome> {
	try {
		await work();
		return 'result';
	} catch (error) {
		if (isExpected(error)) return 'refusal';
		throw error;
	}
}
