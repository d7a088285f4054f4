import path from 'node:path';
import { usageOfFolder } from './partFolders';
import type { FileTree } from './tree';

/**
 * Joins the files of a folder and of the archives in it, as CK+ and other releases are downloaded, into one tree. Files of
 * `train.zip` without a folder of that name are below `train/`; so are those of any archive where two have the same name.
 */
export function joinTrees(place: string, loose: FileTree, archives: readonly FileTree[]): FileTree {
	const names = archives.flatMap((tree) => tree.names);
	const areDistinct = new Set(names).size === names.length;
	const parts = [
		{ tree: loose, below: '' },
		...archives.map((tree) => ({ tree, below: areDistinct && !isLonePart(tree) ? '' : `${stemOf(tree)}/` })),
	];
	const each: FileTree['each'] = async (wanted, take, { report, refuse } = {}) => {
		for (const [index, { tree, below }] of parts.entries()) {
			const own = new Set(tree.names.filter((name) => wanted.has(below + name)));
			if (own.size === 0) continue;
			await tree.each(own, (name, content) => take(below + name, content), {
				report: (fraction) => report?.((index + fraction) / parts.length),
				refuse: refuse && ((name, reason) => refuse(below + name, reason)),
			});
		}
	};
	const passedOver: Record<string, number> = {};
	for (const [kind, count] of parts.flatMap(({ tree }) => Object.entries(tree.passedOver))) {
		passedOver[kind] = (passedOver[kind] ?? 0) + count;
	}
	const stamps = parts.map(({ tree }) => tree.stamp);
	const stamp = () => stamps.map((each) => each?.()).join();
	return {
		place,
		stamp: stamps.includes(undefined) ? undefined : stamp,
		names: parts.flatMap(({ tree, below }) => tree.names.map((name) => below + name)).sort(),
		empty: loose.empty,
		passedOver,
		get taken() {
			return new Set(parts.flatMap(({ tree, below }) => [...tree.taken].map((name) => below + name)));
		},
		each,
	};
}

const stemOf = ({ place }: FileTree) => path.parse(place).name.replace(/\.tar$/i, '');

/** Whether an archive is named after a part, which no folder in it is. */
function isLonePart(tree: FileTree): boolean {
	const isPart = (name: string) => usageOfFolder(name) !== undefined;
	return isPart(stemOf(tree)) && !tree.names.some((name) => name.split('/').some(isPart));
}
