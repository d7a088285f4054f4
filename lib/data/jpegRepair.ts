/** JPEG markers (ITU-T T.81, table B.1). */
const [END_OF_IMAGE, START_OF_SCAN] = [0xd9, 0xda];
/** Frames whose scans hold whole blocks of coefficients: baseline and extended sequential. */
const SEQUENTIAL = [0xc0, 0xc1, 0xc9];
/** Frames whose scans refine each other. */
const PROGRESSIVE = [0xc2, 0xca];
/** Markers that stand alone, without a length and content. */
const isAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
/** Marks for restarts, which belong to the compressed data of a scan. */
const isData = (code: number) => code >= 0xd0 && code <= 0xd7;

/** Whether the content starts as a JPEG file does. */
export const isJpeg = (content: Uint8Array): boolean =>
	content[0] === 0xff && content[1] === 0xd8 && content[2] === 0xff;

/** What `repairJpeg` returns. */
interface RepairedJpeg {
	readonly content: Uint8Array;
	/** False for a progressive file that ends before its last scan. */
	readonly hasAllScans: boolean;
	readonly flaws: readonly string[];
}

/**
 * Repairs what is wrong around the compressed data of a JPEG file, and leaves the data as they are: whether they are complete
 * must be decided by decoding the result strictly.
 * @returns The repaired file, whether it has all its scans, and what was wrong: `no end mark`, `stray bytes before a marker`, `wrong scan parameters`
 * (Samsung's cameras write zeros).
 */
export function repairJpeg(content: Uint8Array): RepairedJpeg {
	const flaws = new Set<string>();
	const parts = [content.subarray(0, 2)];
	let isSequential = false;
	const scans = new ScanCoverage();
	for (let place = 2; place < content.length; ) {
		const start = findMarker(content, place, () => false);
		if (start > place) flaws.add('stray bytes before a marker');
		const marker = content[start + 1];
		if (marker === undefined) break;
		if (marker === END_OF_IMAGE) {
			parts.push(content.subarray(start, start + 2));
			return { content: Buffer.concat(parts), hasAllScans: true, flaws: [...flaws] };
		}
		place = isAlone(marker) ? start + 2 : start + 2 + ((content[start + 2] << 8) | content[start + 3]);
		if (!(place > start + 1)) break;
		if (SEQUENTIAL.includes(marker)) isSequential = true;
		if (PROGRESSIVE.includes(marker)) scans.begin(content.subarray(start + 4, place));
		let segment = content.subarray(start, place);
		if (marker === START_OF_SCAN) {
			segment = Uint8Array.from(segment);
			if (isSequential && repairScan(segment)) flaws.add('wrong scan parameters');
			scans.add(segment.subarray(4));
			place = findMarker(content, place, isData);
			parts.push(segment, content.subarray(start + segment.length, place));
		} else {
			parts.push(segment);
		}
	}
	flaws.add('no end mark');
	const whole = Buffer.concat(parts);
	// The first half of a mark that was cut through.
	const isHalf = whole.at(-1) === 0xff;
	const end = Uint8Array.of(0xff, END_OF_IMAGE);
	const repaired = Buffer.concat([isHalf ? whole.subarray(0, -1) : whole, end]);
	return { content: repaired, hasAllScans: scans.areAll(), flaws: [...flaws] };
}

/** The scans of a progressive file: decoders do not miss one that is not there, and show a coarse image. */
class ScanCoverage {
	/** Coefficients known to the last bit, by component. Empty for other files. */
	private readonly known = new Map<number, Set<number>>();

	/** Takes the components from the content of the frame's header. */
	begin(frame: Uint8Array): void {
		for (let i = 0; i < frame[5]; i++) this.known.set(frame[6 + 3 * i], new Set());
	}

	/** Takes what a scan brings from the content of its header. */
	add(scan: Uint8Array): void {
		const [first, last, approximation] = scan.subarray(1 + 2 * scan[0]);
		if ((approximation & 15) !== 0) return;
		for (let i = 0; i < scan[0]; i++) {
			for (let at = first; at <= Math.min(last, 63); at++) this.known.get(scan[1 + 2 * i])?.add(at);
		}
	}

	areAll(): boolean {
		return [...this.known.values()].every(({ size }) => size === 64);
	}
}

/** Finds the next marker from a place on: its last FF. The length of the content if there is none. */
function findMarker(content: Uint8Array, place: number, passes: (code: number) => boolean): number {
	for (let at = content.indexOf(0xff, place); at >= 0; at = content.indexOf(0xff, at + 1)) {
		const code = content[at + 1];
		if (code !== undefined && code !== 0xff && code !== 0x00 && !passes(code)) return at;
	}
	return content.length;
}

/** Sets the spectral selection of a sequential scan, which is always 0 to 63 without approximation; tells whether it differed. */
function repairScan(segment: Uint8Array): boolean {
	const right = [0, 63, 0];
	const own = segment.subarray(-right.length);
	const isWrong = own.length === right.length && right.some((value, i) => own[i] !== value);
	if (isWrong) own.set(right);
	return isWrong;
}
