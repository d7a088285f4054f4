import type { IRawProperty } from 'fast-check';
import { isExpected } from '../../cli/problem';

/** How an input ended: with a result, or with an error that says what the user can do. */
export type Outcome = 'result' | 'refusal';

/**
 * Makes random inputs for a part of the program and tries them: `count` receives how each has ended. Throws whatever is neither
 * a result nor a refusal.
 */
export type FuzzProperty = (count: (outcome: Outcome) => void) => IRawProperty<unknown>;

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
