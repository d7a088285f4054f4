// Every layout is trained on for two epochs, from its files to predictions of its test part.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { openDataset } from '../../lib/data/openDataset';
import type { Layout } from '../../lib/data/readers/readFaces';
import { EMOTIONS } from '../../lib/emotions';
import { evaluate } from '../../lib/evaluation/evaluate';
import { fineTune } from '../../lib/training/fineTune';
import { trainHead } from '../../lib/training/trainHead';
import { npy } from '../data/readers/layouts';
import { makeParquet } from '../data/readers/parquetSource';
import { csvText, plainPng, temporaryFolder, writeFiles } from '../data/readers/sources';
import { tinyRun } from '../fixtures/training/tinyRun';

const PERSONS = 5;

/** A face of each person with each emotion, by label. */
interface Face {
	readonly person: number;
	readonly label: number;
	readonly content: Buffer;
}

type Files = Readonly<Record<string, Buffer | string>>;

/** The files of each layout with these faces; the persons after the third are the test part where there is one. */
const WRITERS: Readonly<Partial<Record<Layout, (faces: readonly Face[]) => Files>>> = {
	'fer2013-csv': () => ({ 'fer2013.csv': csvText(70) }),
	ferplus: () => {
		const parts = ['Training', 'Training', 'PublicTest', 'PrivateTest']; // as in `csvText`
		const votes = (row: number) => FER_PLUS_COLUMNS.map((label) => (label === row % 7 ? 9 : 0));
		const rows = Array.from({ length: 70 }, (_, row) => `${parts[row % 4]},x,${votes(row)}`);
		const header = 'Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF';
		return { 'fer2013.csv': csvText(70), 'fer2013new.csv': [header, ...rows, ''].join('\n') };
	},
	'ferplus-folders': (faces) => {
		const folders = ['FER2013Train', 'FER2013Train', 'FER2013Train', 'FER2013Valid', 'FER2013Test'];
		const rows = folders.map(() => [] as string[]);
		const images = named(({ person, label }) => {
			const name = `fer${person}${label}.png`;
			const votes = FER_PLUS_COLUMNS.map((column) => (column === label ? 9 : 0));
			rows[folders.indexOf(folders[person])].push(`${name},"(0, 0, 48, 48)",${votes}`);
			return `${folders[person]}/${name}`;
		})(faces);
		const lists = folders.map((folder) => [`${folder}/label.csv`, rows[folders.indexOf(folder)].join('\n')]);
		return { ...images, ...Object.fromEntries(lists) };
	},
	'ckplus-csv': () => {
		const rows = csvText(70).split('\n').slice(1, -1);
		const contempt = `7,${rows[0].split(',')[1]},Training`;
		return { 'ckextended.csv': ['emotion,pixels,Usage', ...rows, contempt, ''].join('\n') };
	},
	'ckplus-48': named(({ person, label }) => `${EMOTIONS[label]}/S01${person}_00${label + 1}_00000017.png`),
	'ckplus-release': (faces) => {
		const release = faces
			.filter(({ label }) => label < 6)
			.flatMap(({ person, label, content }) => {
				const sequence = `S01${person}/00${label + 1}`;
				const stem = sequence.replace('/', '_');
				const frames = [1, 2, 3, 4].map((at) => [`cohn-kanade-images/${sequence}/${stem}_0000000${at}.png`, content]);
				const code = [1, 3, 4, 5, 6, 7][label];
				return [...frames, [`Emotion/${sequence}/${stem}_00000004_emotion.txt`, `   ${code}.0000000e+00\n`]];
			});
		return Object.fromEntries(release);
	},
	'rafdb-folders': named(({ person, label }) => {
		const part = partOf(person);
		return `DATASET/${part}/${RAF_DB[label]}/${part}_0${person}${label}_aligned.jpg`;
	}),
	'rafdb-release': (faces) => {
		const stem = ({ person, label }: Face) => `${partOf(person)}_0${person}${label}`;
		const list = faces.map((face) => `${stem(face)}.jpg ${RAF_DB[face.label]}`);
		const images = named((face) => `Image/aligned/${stem(face)}_aligned.jpg`)(faces);
		return { ...images, 'EmoLabel/list_patition_label.txt': `${list.join('\n')}\n` };
	},
	'affectnet-release': (faces) =>
		Object.fromEntries(
			faces.flatMap(({ person, label, content }) => {
				const folder = partOf(person) === 'train' ? 'train_set' : 'val_set';
				const image = [`${folder}/images/${person}${label}.jpg`, content];
				return [image, [`${folder}/annotations/${person}${label}_exp.npy`, npy(String(AFFECT_NET[label]))]];
			}),
		),
	'affectnet-tables': (faces) => {
		const header =
			'subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal';
		const rows = (part: string) =>
			faces
				.filter(({ person }) => partOf(person) === part)
				.map(({ person, label }) => `1/${person}${label}.png,0,0,20,20,1;2,${AFFECT_NET[label]},0,0`);
		return {
			...named(({ person, label }) => `Manually_Annotated_Images/1/${person}${label}.png`)(faces),
			'training.csv': [header, ...rows('train'), ''].join('\n'),
			'validation.csv': [header, ...rows('test'), ''].join('\n'),
		};
	},
	'affectnet-folders': named(
		({ person, label }) =>
			`AffectNet/${partOf(person) === 'train' ? 'train' : 'val'}/${AFFECT_NET[label]}/${person}.png`,
	),
	'class-folders': named(({ person, label }) => `${CLASSES[label % 3]}/${person}${label}.png`),
	kdef: named(({ person, label }) => `AF0${person + 1}${KDEF[label]}S.JPG`),
	jaffe: named(({ person, label }) => `K${'ABCDE'[person]}.${JAFFE[label]}1.${person}${label}.png`),
	expw: (faces) => {
		const lines = faces.map(({ person, label }) => `${person}${label}.png 0 0 0 19 19 90.0 ${label}`);
		const images = named(({ person, label }) => `image/origin/${person}${label}.png`)(faces);
		return { ...images, 'label/label.lst': `${lines.join('\n')}\n` };
	},
	parquet: (faces) => ({
		'faces.parquet': makeParquet({
			'image.bytes': faces.map(({ content }) => content),
			'image.path': faces.map(({ person, label }) => `${person}${label}.png`),
			label: faces.map(({ label }) => CLASSES[label % 3]),
		}),
	}),
	'image-table': (faces) => {
		const rows = faces.map(({ person, label }) => `${person}${label}.png,${CLASSES[label % 3]},p${person}`);
		const images = named(({ person, label }) => `images/${person}${label}.png`)(faces);
		return { ...images, 'labels.csv': ['image,label,subject', ...rows, ''].join('\n') };
	},
};

const CLASSES = ['wink', 'smile', 'frown'];
/** The numbers and codes of our labels in other data sets. */
const RAF_DB = [6, 3, 2, 4, 5, 1, 7];
const AFFECT_NET = [6, 5, 4, 1, 2, 3, 0];
const FER_PLUS_COLUMNS = [6, 3, 5, 4, 0, 1, 2, -1, -1, -1];
const KDEF = ['AN', 'DI', 'AF', 'HA', 'SA', 'SU', 'NE'];
const JAFFE = ['AN', 'DI', 'FE', 'HA', 'SA', 'SU', 'NE'];

function partOf(person: number): 'train' | 'test' {
	return person < PERSONS - 1 ? 'train' : 'test';
}

function named(nameOf: (face: Face) => string): (faces: readonly Face[]) => Files {
	return (faces) => Object.fromEntries(faces.map((face) => [nameOf(face), face.content]));
}

async function someFaces(): Promise<Face[]> {
	const pairs = Array.from({ length: PERSONS * 7 }, (_, at) => ({ person: Math.floor(at / 7), label: at % 7 }));
	return Promise.all(
		pairs.map(async (pair) => ({ ...pair, content: await plainPng(30 * pair.label + pair.person, 20) })),
	);
}

for (const [layout, write] of Object.entries(WRITERS)) {
	test(`a data set in the layout ${layout} is trained on for two epochs and tested`, async (t) => {
		const folder = temporaryFolder(t);
		writeFiles(path.join(folder, 'faces'), write(await someFaces()));
		const notes: string[] = [];
		const data = path.join(folder, 'faces', layout === 'ferplus' ? 'fer2013new.csv' : '');
		const dataset = await openDataset({ data, faceSize: 16, color: 'grey', onNote: (text) => void notes.push(text) });
		assert.ok(
			notes.some((text) => text.includes(`in the layout ${layout}: `)),
			notes.join('\n'),
		);
		const run = tinyRun(folder, { dataset, config: { validationFraction: 0.25, tta: { views: 'mirror' } } });
		const phases = [await trainHead(run), await fineTune(run)];
		assert.deepEqual(
			phases.map(({ history }) => history.length),
			[2, 2],
		);
		const { scores } = await evaluate(run);
		assert.ok(scores.n > 0 && Object.keys(scores.perClass).join() === dataset.emotions.join());
		if (dataset.persons) {
			const [train, others] = [run.split.train, [...run.split.validation, ...run.split.test]];
			const trained = new Set(Array.from(train, (index) => dataset.persons?.[index]));
			assert.ok(others.every((index) => !trained.has(dataset.persons?.[index])));
		}
	});
}
