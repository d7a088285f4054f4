import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EMOTIONS, LABELLINGS, type Labelling } from '../../emotions';
import { type Dataset, imageAt, USAGES } from '../dataset';
import { encodeJpeg, encodePng } from '../image';

const FILES_AT_ONCE = 64;
/** Height and width of RAF-DB images, in pixels. */
const RAF_DB_SIDE = 100;

/** The positions of our emotions among the classes of another data set, by label. */
function placesIn({ classes }: Labelling): number[] {
	return EMOTIONS.map((emotion) => classes.findIndex(([, ours]) => ours === emotion));
}

function shapeOf({ shape: [height, width, channels] }: Dataset) {
	return { height, width, channels: channels as 1 | 3 };
}

/** Writes files into a folder, a few at once, after deleting its content. */
async function writeFiles(folder: string, files: readonly (readonly [string, () => Promise<Buffer> | string])[]) {
	await rm(folder, { recursive: true, force: true });
	for (const name of new Set(files.map(([file]) => path.posix.dirname(file)))) {
		await mkdir(path.join(folder, name), { recursive: true });
	}
	for (let start = 0; start < files.length; start += FILES_AT_ONCE) {
		const some = files.slice(start, start + FILES_AT_ONCE);
		await Promise.all(some.map(async ([name, content]) => writeFile(path.join(folder, name), await content())));
	}
}

/**
 * Writes faces in the layout of RAF-DB on Kaggle, for `readRafDb`: JPEG files of 100x100 pixels in
 * colour, `DATASET/train|test/1..7/train_00001_aligned.jpg`, and a table of labels per part. PrivateTest and Test go to
 * test, all others to train.
 * @param faces With our seven emotions.
 * @param folder Created if missing; its content is replaced.
 */
export async function writeRafDb(faces: Dataset, folder: string): Promise<void> {
	const places = placesIn(LABELLINGS.rafDb);
	const tables: Record<string, string[]> = { train: ['image,label'], test: ['image,label'] };
	const files = Array.from(faces.labels, (label, index) => {
		const usage = USAGES[faces.usage?.[index] ?? 0];
		const part = usage === 'PrivateTest' || usage === 'Test' ? 'test' : 'train';
		const code = LABELLINGS.rafDb.first + places[label];
		const name = `${part}_${String(tables[part].length).padStart(5, '0')}_aligned.jpg`;
		tables[part].push(`${name},${code}`);
		const content = () => encodeJpeg(imageAt(faces, index), shapeOf(faces), RAF_DB_SIDE);
		return [`DATASET/${part}/${code}/${name}`, content] as const;
	});
	const lists = Object.entries(tables).map(
		([part, lines]) => [`${part}_labels.csv`, () => `${lines.join('\n')}\n`] as const,
	);
	await writeFiles(folder, [...files, ...lists]);
}

/**
 * Writes faces in the layout of CK+ on Kaggle, for `readCkPlus48`: grey PNG files,
 * `<emotion>/S001_001_00000001.png`, a subject per face. Neutral faces are left out, as in CK+48.
 * @param faces With our seven emotions; at most 999, since a subject has three digits.
 * @param folder Created if missing; its content is replaced.
 */
export async function writeCkPlus48(faces: Dataset, folder: string): Promise<void> {
	const places = placesIn(LABELLINGS.ckPlus);
	const shown = [...faces.labels.keys()].filter((index) => EMOTIONS[faces.labels[index]] !== 'neutral');
	const files = shown.map((index) => {
		const [emotion] = LABELLINGS.ckPlus.classes[places[faces.labels[index]]];
		const subject = String(index + 1).padStart(3, '0');
		const content = () => encodePng(imageAt(faces, index), shapeOf(faces));
		return [`${emotion}/S${subject}_001_00000001.png`, content] as const;
	});
	await writeFiles(folder, files);
}
