/** The JSON schema of a setting, or of a group of settings. */
export interface SettingSchema {
	readonly type: 'object' | 'array' | 'string' | 'boolean' | 'number' | 'integer';
	readonly description?: string;
	readonly default?: unknown;
	readonly unit?: string;
	/** Valid values in words, where the keywords below do not suffice. */
	readonly expected?: string;
	readonly enum?: readonly string[];
	readonly minimum?: number;
	readonly exclusiveMinimum?: number;
	readonly maximum?: number;
	readonly exclusiveMaximum?: number;
	/** The settings of a group. */
	readonly properties?: Readonly<Record<string, SettingSchema>>;
	/** The elements of a list; false for a tuple. */
	readonly items?: SettingSchema | false;
}

/** Describes the valid values of a setting for messages and tables: `integer from 1 to 1000`. */
export function rangeOf(schema: SettingSchema): string {
	const { type, expected, enum: choices, minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema;
	if (expected) return expected;
	if (choices) return `one of ${choices.join(', ')}`;
	if (type === 'object') return 'an object of settings';
	if (type === 'string' || type === 'boolean' || minimum === Number.MIN_SAFE_INTEGER) return type;
	if (minimum !== undefined && maximum !== undefined) return `${type} from ${minimum} to ${maximum}`;
	const low = exclusiveMinimum === undefined ? `of at least ${minimum}` : `above ${exclusiveMinimum}`;
	const high = exclusiveMaximum === undefined ? `at most ${maximum}` : `below ${exclusiveMaximum}`;
	return `${type} ${low} and ${high}`;
}
