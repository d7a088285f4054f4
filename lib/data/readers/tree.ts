import type { Report } from './archiveEntry';

/** Options of a tree's `each`. */
export interface EachOptions {
	readonly report?: Report;
	/** Receives the files that cannot be read, with the reason. Default: the first is an error. */
	readonly refuse?: (name: string, reason: string) => void;
}

/** The files of a folder or an archive. */
export interface FileTree {
	/** The name of the folder or archive, for errors. */
	readonly place: string;
	/** The paths of the files inside, with forward slashes, sorted; without hidden files and those of desktops. */
	readonly names: readonly string[];
	/** Folders without a file; absent for archives, which rarely list them. */
	readonly empty?: readonly string[];
	/** Number of entries that are not in `names`, by kind: hidden, broken links. */
	readonly passedOver: Readonly<Record<string, number>>;
	/** A text that changes with the names, sizes and times of the files, or of the archive; absent: nothing is cached. */
	readonly stamp?: () => string;
	/** The files that have been read so far. */
	readonly taken: ReadonlySet<string>;
	/** Passes the content of the wanted files to `take`, a few at once, in no particular order; reads an archive once. */
	readonly each: (
		wanted: ReadonlySet<string>,
		take: (name: string, content: Uint8Array) => Promise<void>,
		options?: EachOptions,
	) => Promise<void>;
}
