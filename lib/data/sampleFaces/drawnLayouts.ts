import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EMOTIONS, LABELLINGS, type Labelling } from '../../emotions';
import { type Dataset, faceAt, USAGES } from '../dataset';
import { encodeJpeg, encodePng } from '../image';

const FILES_AT_ONCE = 64;
const RAF_DB_SIDE = 100;

/** The positions of our emotions among the classes of another data set, by label. */
function placesIn({ classes }: Labelling): number[] {
	return EMOTIONS.map((emotion) => classes.findIndex(([, ours]) => ours === emotion));
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
 * Writes faces in the layout of RAF-DB on Kaggle: JPEG files of 100x100 pixels in colour,
 * `DATASET/train|test/1..7/train_00001_aligned.jpg`, and a table of labels per part. Replaces the content of `folder`.
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
		const { pixels, ...shape } = faceAt(faces, index);
		return [`DATASET/${part}/${code}/${name}`, () => encodeJpeg(pixels, shape, RAF_DB_SIDE)] as const;
	});
	const lists = Object.entries(tables).map(
		([part, lines]) => [`${part}_labels.csv`, () => `${lines.join('\n')}\n`] as const,
	);
	await writeFiles(folder, [...files, ...lists]);
}

/**
 * Writes faces in the layout of CK+48: grey PNG files, `<emotion>/S001_001_00000001.png`, a subject per face, at most 999,
 * without the neutral ones. Replaces the content of `folder`.
 */
export async function writeCkPlus48(faces: Dataset, folder: string): Promise<void> {
	const places = placesIn(LABELLINGS.ckPlus);
	const shown = [...faces.labels.keys()].filter((index) => EMOTIONS[faces.labels[index]] !== 'neutral');
	const files = shown.map((index) => {
		const [emotion] = LABELLINGS.ckPlus.classes[places[faces.labels[index]]];
		const subject = String(index + 1).padStart(3, '0');
		const { pixels, ...shape } = faceAt(faces, index);
		return [`${emotion}/S${subject}_001_00000001.png`, () => encodePng(pixels, shape)] as const;
	});
	await writeFiles(folder, files);
}
