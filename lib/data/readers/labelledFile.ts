import { USAGES, type Usage } from '../dataset';

/** An image file and its label, before it is decoded. */
export interface LabelledFile {
	/** Its path in the file tree. */
	readonly name: string;
	/** The label; or, for a file to leave out, the reason under which to count it, such as `contempt`. */
	readonly label: number | string;
	/** Absent if the source is not divided into parts. */
	readonly usage?: Usage;
	/** The person shown, if known: `S010`. */
	readonly subject?: string;
}

/** A file whose image is used. */
export type UsedFile = LabelledFile & { readonly label: number };

export const isUsed = (file: LabelledFile): file is UsedFile => typeof file.label === 'number';

/** The number of a file's usage; 0 if it has none. */
export const usageOf = ({ usage }: LabelledFile): number => (usage === undefined ? 0 : USAGES.indexOf(usage));

/** The subjects in the order of their names; nothing if a file has no subject. */
export function subjectsOf(files: readonly LabelledFile[]): readonly string[] | undefined {
	const named = files.flatMap(({ subject }) => subject ?? []);
	return named.length < files.length ? undefined : [...new Set(named)].sort();
}
