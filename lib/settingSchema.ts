import type { z } from 'zod';
import { invalidArgument, nearestFirst } from './errors';

/** The JSON schema of a setting, or of a group of settings. */
export interface SettingSchema extends z.core.JSONSchema.BaseSchema {
	type?: 'object' | 'array' | 'string' | 'boolean' | 'number' | 'integer';
	unit?: string;
	/** Valid values in words, where the other keywords do not express them. */
	expected?: string;
	enum?: string[];
	properties?: Record<string, SettingSchema>;
	items?: SettingSchema | false;
}

/** Describes the valid values of a setting for messages and tables: `integer from 1 to 1000`. */
export function rangeOf(schema: SettingSchema): string {
	const { type = '', expected, minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema;
	if (expected) return expected;
	if (schema.enum) return `one of ${schema.enum.join(', ')}`;
	if (type === 'object') return 'an object of settings';
	if (type === 'string' || type === 'boolean' || minimum === Number.MIN_SAFE_INTEGER) return type;
	if (minimum !== undefined && maximum !== undefined) return `${type} from ${minimum} to ${maximum}`;
	const low = exclusiveMinimum === undefined ? `of at least ${minimum}` : `above ${exclusiveMinimum}`;
	const high = exclusiveMaximum === undefined ? `at most ${maximum}` : `below ${exclusiveMaximum}`;
	return `${type} ${low} and ${high}`;
}

/** Turns zod's issue with `changes` into an error that names the setting, its valid values and what was found. */
export function settingError(issue: z.core.$ZodIssue, changes: unknown, settings: SettingSchema): Error {
	let [schema, name, value] = [settings, 'config', changes];
	for (const key of issue.path) {
		const inner = schema.properties?.[String(key)] || schema.items;
		if (!inner) break; // A pair of numbers is reported as a whole.
		name += typeof key === 'number' ? `[${key}]` : `.${String(key)}`;
		value = (value as Record<PropertyKey, unknown>)[key];
		schema = inner;
	}
	if (issue.code === 'unrecognized_keys') {
		const [key] = issue.keys;
		const known = nearestFirst(key, Object.keys(schema.properties ?? {})).join(', ');
		const received = (value as Record<string, unknown>)[key];
		return invalidArgument(`${name}.${key}`, 'a known setting', received, `Known here, nearest first: ${known}.`);
	}
	if (schema.enum && typeof value === 'string') schema = { ...schema, enum: nearestFirst(value, schema.enum) };
	else if (schema.enum) return invalidArgument(name, 'string', value);
	const { expected = rangeOf(schema) } = issue.code === 'custom' ? (issue.params ?? {}) : {};
	return invalidArgument(name, expected, value);
}
