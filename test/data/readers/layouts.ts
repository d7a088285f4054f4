import sharp from 'sharp';
import { plainPng } from './sources';

/** A coloured JPEG of one colour. */
export async function plainJpeg(value: number, side = 100): Promise<Buffer> {
	const background = { r: value, g: value, b: value };
	return sharp({ create: { width: side, height: side, channels: 3, background } })
		.jpeg({ quality: 100 })
		.toBuffer();
}

/** CK+48 of two subjects, an image an emotion and frame: the value of the pixels tells the label (contempt 200). */
export async function ckPlus48Files(): Promise<Record<string, Buffer>> {
	const folders = { anger: 0, contempt: 200, disgust: 10, fear: 20, happy: 30, sadness: 40, surprise: 50 };
	const files: Record<string, Buffer> = {};
	for (const [folder, value] of Object.entries(folders)) {
		for (const subject of ['S010', 'S138']) {
			files[`CK+48/${folder}/${subject}_00${1 + (value % 7)}_00000017.png`] = await plainPng(value);
		}
	}
	return files;
}

/** RAF-DB as Kaggle has it: an image a class and part; value 10 times its own label, in test plus 5. */
export async function rafDbFiles(): Promise<Record<string, Buffer | string>> {
	const files: Record<string, Buffer | string> = {};
	for (const part of ['train', 'test']) {
		const lines = ['image,label'];
		for (let code = 1; code <= 7; code++) {
			const name = `${part}_${String(code).padStart(5, '0')}_aligned.jpg`;
			files[`RAF-DB/DATASET/${part}/${code}/${name}`] = await plainJpeg(10 * code + (part === 'test' ? 5 : 0));
			lines.push(`${name},${code}`);
		}
		files[`RAF-DB/${part}_labels.csv`] = `${lines.join('\n')}\n`;
	}
	return files;
}

/** The same images as RAF-DB's release has them, beside the originals. */
export async function rafDbReleaseFiles(): Promise<Record<string, Buffer | string>> {
	const files: Record<string, Buffer | string> = {};
	const lines: string[] = [];
	for (const [name, content] of Object.entries(await rafDbFiles())) {
		const match = /(\d)\/((?:train|test)_\d+)_aligned\.jpg$/.exec(name);
		if (!match) continue;
		files[`basic/Image/aligned/${match[2]}_aligned.jpg`] = content;
		files[`basic/Image/original/${match[2]}.jpg`] = await plainJpeg(255, 30);
		lines.push(`${match[2]}.jpg ${match[1]}`);
	}
	return { ...files, 'basic/EmoLabel/list_patition_label.txt': `${lines.join('\n')}\n` };
}

/** CK+'s release: sequences of five frames whose values count up from 10 times the sequence's number. */
export async function ckPlusFiles(): Promise<Record<string, Buffer | string>> {
	const sequences = [
		{ subject: 'S005', sequence: '001', emotion: '   3.0000000e+00\n' },
		{ subject: 'S010', sequence: '001', emotion: '   2.0000000e+00\n' },
		{ subject: 'S010', sequence: '002', emotion: undefined },
		{ subject: 'S999', sequence: '001', emotion: '   7.0000000e+00\n' },
	];
	const files: Record<string, Buffer | string> = {};
	for (const [number, { subject, sequence, emotion }] of sequences.entries()) {
		for (let frame = 1; frame <= 5; frame++) {
			const name = `${subject}_${sequence}_0000000${frame}.png`;
			files[`cohn-kanade-images/${subject}/${sequence}/${name}`] = await plainPng(10 * number + frame);
		}
		const file = `Emotion/${subject}/${sequence}/${subject}_${sequence}_00000005_emotion.txt`;
		if (emotion) files[file] = emotion;
	}
	return files;
}

/** NumPy's format, version 1, of one string of digits. */
export function npy(text: string): Buffer {
	const fields = `{'descr': '<U${text.length}', 'fortran_order': False, 'shape': (), }`;
	const header = Buffer.from(`${fields.padEnd(117)}\n`, 'latin1');
	const length = Buffer.alloc(2);
	length.writeUInt16LE(header.length);
	const body = Buffer.alloc(4 * text.length);
	for (let at = 0; at < text.length; at++) body.writeUInt32LE(text.charCodeAt(at), 4 * at);
	return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, header, body]);
}

/** AffectNet's release: an image a class 0 to 7 in both parts; value 10 times its own label. */
export async function affectNetFiles(): Promise<Record<string, Buffer>> {
	const files: Record<string, Buffer> = {};
	for (const part of ['train_set', 'val_set']) {
		for (let code = 0; code <= 7; code++) {
			files[`${part}/images/${code}.jpg`] = await plainJpeg(10 * code);
			files[`${part}/annotations/${code}_exp.npy`] = npy(String(code));
			files[`${part}/annotations/${code}_lnd.npy`] = npy('0');
		}
	}
	return files;
}

/** fer2013new.csv with as many rows as `csvText` makes, and its usages. */
export function ferPlusText(votes: readonly (readonly number[])[]): string {
	const usages = ['Training', 'Training', 'PublicTest', 'PrivateTest'];
	const lines = votes.map((row, index) => `${usages[index % 4]},fer000${index}.png,${row.join(',')}`);
	const header = 'Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF';
	return `${[header, ...lines].join('\n')}\n`;
}
