import { PROTOCOLS } from '../config';

const [HOLDOUT] = PROTOCOLS;

/** Reviver for `JSON.parse` of stored files: the protocol `holdout` and the models of it were called `seed`. */
export function presentNames(key: string, value: unknown): unknown {
	if (key === 'protocol' && value === 'seed') return HOLDOUT;
	return typeof value === 'string' ? value.replace(/^models\/seed\b/, `models/${HOLDOUT}`) : value;
}
