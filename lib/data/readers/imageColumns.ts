/** Names of the columns of tables, in lower case and without what separates words, the best first. */
const NAMES = {
	image:
		'image imagepath imagename imagefile imagefilename img imgpath imgname filename file filepath path pth picture photo',
	label:
		'emotion emotions emotionlabel expression expressionlabel facialexpression label labels class classname target',
	part: 'split usage set subset part partition',
	person: 'person personid subject subjectid identity actor actorid participant participantid',
} as const;

type ColumnKind = keyof typeof NAMES;

/** The columns of a table of images that are read, by their numbers; -1 if it has no such column. */
export type ImageColumns = Readonly<Record<ColumnKind, number>>;

const SEPARATORS = [',', ';', '\t', '|'];
const KINDS = Object.keys(NAMES) as ColumnKind[];

/** Finds the columns of a table of images by their names; undefined if those of image and label are not among them. */
export function imageColumns(names: readonly string[]): ImageColumns | undefined {
	const plain = names.map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
	const numberOf = (kind: ColumnKind) => {
		const found = NAMES[kind].split(' ').map((name) => plain.indexOf(name));
		return found.find((number) => number >= 0) ?? -1;
	};
	const columns = Object.fromEntries(KINDS.map((kind) => [kind, numberOf(kind)])) as Record<ColumnKind, number>;
	return columns.image < 0 || columns.label < 0 ? undefined : columns;
}

/** The header of a table of images: its names, what separates them, and the columns to read. */
export interface ImageHeader {
	readonly names: readonly string[];
	readonly separator: string;
	readonly columns: ImageColumns;
}

/** Reads the first line of a table; undefined if it is not the header of a table of images. */
export function readImageHeader(line: string): ImageHeader | undefined {
	const text = line.replaceAll(/["\uFEFF]/g, '');
	for (const separator of SEPARATORS) {
		const names = text.split(separator).map((name) => name.trim());
		const columns = imageColumns(names);
		if (columns) return { names, separator, columns };
	}
	return undefined;
}
