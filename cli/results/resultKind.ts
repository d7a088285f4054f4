/** The type of a column of a table. */
export type ColumnType = 'text' | 'integer' | 'number';

/** A column of a table. */
export type Column = readonly [name: string, type: ColumnType];

/** How the results of a command are printed and stored: those of photos, or of the frames of videos. */
export interface ResultKind<Result extends { readonly file: string }, Stored extends { readonly file: string }> {
	/** How the CSV of any model begins. */
	readonly headerStart: string;
	/** The columns that tell one result from another, at the beginning of a line. */
	readonly keyColumns: number;
	/** The columns of a table; one is `faces`: the number of lines of a result, if not 0. */
	columns(emotions: readonly string[]): Column[];
	/** Formats a result as lines of CSV. */
	toCsv(result: Result, emotions: readonly string[]): string;
	/** Makes the JSON of a result. */
	toJson(result: Result, emotions: readonly string[]): object;
	/** Formats a result as lines of text; absent if results are not printed one by one. */
	toText?(result: Result, emotions: readonly string[]): string;
	/** Reads results back from the lines of a CSV. */
	ofCsv(lines: readonly (readonly string[])[], header: readonly string[]): Stored[];
	/** Reads a result back from its JSON; undefined if it is none. */
	ofJson(value: Readonly<Record<string, unknown>>): Stored | undefined;
}

/** Receives results one by one. */
export interface ResultSink<Result> {
	write(result: Result): void;
	/** Ends the output, so that it is valid. @param isWhole Whether all results are in it. */
	end(isWhole: boolean): void;
}
