import { invalidArgument, nearestFirst } from '../../errors';
import { checkRunName } from '../../runName';

/** A data set of a study: a line of the notebook's settings. */
export interface CrossSet {
	/** Names the set in trainings, tables and figures. FER2013 is looked for in `data/` too. */
	readonly title: string;
	/** A file, a folder or an archive in any layout of `readFaces`. Without it, drawn faces replace the set. */
	readonly path?: string;
	/** Uses all images for testing, and none for training. Default false. */
	readonly testOnly?: boolean;
}

/** The sets that a network is trained on, by title. */
export type CrossTraining = readonly string[];

/** What the sets and trainings of the first study are called in its files and folders. */
export const FIRST_NAMES: Readonly<Record<string, CrossTraining>> = {
	fer2013: ['FER2013'],
	rafDb: ['RAF-DB'],
	ckPlus: ['CK+'],
	both: ['FER2013', 'RAF-DB'],
};

/** Names the test part of a set. */
export function testPartOf({ title, testOnly }: Pick<CrossSet, 'title' | 'testOnly'>): string {
	return testOnly ? title : `${title} ${title === 'FER2013' ? 'PrivateTest' : 'test'}`;
}

/** Names a training in tables and figures: `FER2013 with RAF-DB`. */
export const trainingTitle = (training: CrossTraining) => training.join(' with ');

/** Names the folder of a training in that of its study; those of the first study keep their names. */
export function trainingFolder(training: CrossTraining): string {
	const title = trainingTitle(training);
	const [first] = Object.entries(FIRST_NAMES).find(([, titles]) => trainingTitle(titles) === title) ?? [];
	return first ?? `on ${title}`;
}

/** Refuses titles that occur twice, or could not name a folder. */
export function checkSets(sets: readonly CrossSet[]): void {
	if (sets.length === 0) throw invalidArgument('sets', 'at least one data set', 'none');
	for (const [index, { title }] of sets.entries()) {
		checkRunName(title, `sets[${index}].title`);
		const isSame = (other: CrossSet) => other.title.toLowerCase() === title.toLowerCase();
		if (sets.findIndex(isSame) < index) throw invalidArgument(`sets[${index}].title`, 'a title of its own', title);
	}
}

/** Refuses a training on sets that there are not, that occur twice, or that are for testing only. */
export function checkTraining(sets: readonly Pick<CrossSet, 'title' | 'testOnly'>[], training: CrossTraining): void {
	const usable = sets.filter(({ testOnly }) => !testOnly).map(({ title }) => title);
	if (training.length === 0) throw invalidArgument('a training', 'at least one title of a data set', 'none');
	for (const [index, title] of training.entries()) {
		if (training.indexOf(title) < index) throw invalidArgument('a training', 'each title once', training);
		if (usable.includes(title)) continue;
		const isForTests = sets.some((set) => set.title === title);
		const remedy = isForTests ? 'This set is for testing only: train on others, or remove its testOnly.' : '';
		const expected =
			usable.length > 0 ? `titles among ${nearestFirst(title, usable).join(', ')}` : 'a set without testOnly';
		throw invalidArgument('a training', expected, title, remedy);
	}
	checkRunName(trainingFolder(training), 'a training');
}
