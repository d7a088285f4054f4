import path from 'node:path';
import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import type { Box } from '../rawImage';
import { type CroppedFace, croppedFaces } from './croppedFaces';
import { rowPlace } from './csvFields';
import { type FaceSet, type ImageOptions, type LabelledFile, readImages } from './faceSet';
import { openFiles, readTexts } from './fileTree';
import { imageFinder } from './imageFinder';
import { missingImages } from './missingImages';

const LIST = /^label\.lst$/i;
const FIELDS = 8;
const REMEDY = 'Unpack ExpW again: label.lst beside its images, in origin/ or image/.';

/** A face of ExpW: a box in an image. */
interface Face {
	readonly image: string;
	/** Its number in the image. */
	readonly face: string;
	readonly box: Box;
	readonly label: number;
	readonly where: string;
}

/** Whether a file is ExpW's list of faces, by its name. */
export function isExpWList(name: string): boolean {
	return LIST.test(path.posix.basename(name));
}

/**
 * Reads ExpW (Zhang et al. 2018, arXiv:1609.06426): `label.lst` with a line `image face top left right bottom confidence
 * label` for each face, whose labels are those of FER2013, and the images in `origin/` or `image/`. Each face is cut out
 * of its image by its box.
 */
export async function readExpW(source: string, options: ImageOptions = {}): Promise<FaceSet> {
	const tree = await openFiles(source);
	const [[list, text] = ['', '']] = await readTexts(tree, tree.names.filter(isExpWList).slice(0, 1));
	const find = imageFinder(tree, list);
	const rows = readFaceList(text, list);
	const faces = new Map<string, CroppedFace[]>();
	const files = new Map<string, LabelledFile>();
	const missing: Face[] = [];
	for (const face of rows) {
		const image = find(face.image, face.where);
		if (image === undefined) {
			missing.push(face);
			continue;
		}
		const name = nameOf(image, face);
		if (files.has(name)) throw new DataError('each face once', face.where, `${name} again`, REMEDY);
		files.set(name, { name, label: face.label });
		const known = faces.get(image);
		if (known) known.push({ ...face, name });
		else faces.set(image, [{ ...face, name }]);
	}
	const lost = missingImages(missing, rows.length, tree.place, options);
	const read = await readImages(croppedFaces(tree, faces, REMEDY), [...files.values()], { name: 'ExpW' }, options);
	return { ...read, unreadable: [...read.unreadable, ...lost] };
}

const nameOf = (name: string, { face }: Face) => `${name} face ${face}`;

function readFaceList(text: string, list: string): Face[] {
	return text.split(/\r?\n/).flatMap((line, index): Face | [] => {
		if (line.trim() === '') return [];
		const where = rowPlace(index + 1, list);
		const fields = line.trim().split(/\s+/);
		// A name may have spaces in it.
		const image = fields.slice(0, 1 - FIELDS).join(' ');
		const [face, ...values] = fields.slice(1 - FIELDS);
		const [top, left, right, bottom, , label] = values.map(Number);
		if (fields.length < FIELDS || values.some((value) => !Number.isFinite(Number(value)))) {
			const expected = 'an image, a face, its box, confidence and label';
			throw new DataError(expected, where, JSON.stringify(line.slice(0, 60)), REMEDY);
		}
		if (EMOTIONS[label] === undefined) throw new DataError('a label from 0 to 6', where, String(label), REMEDY);
		return { image, face, box: { left, top, width: right - left, height: bottom - top }, label, where };
	});
}
