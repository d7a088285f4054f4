import type { Group } from './group';
import { augmentation, reading } from './plans/data';
import { prediction } from './plans/prediction';
import { byBatchSize, byImageSize, bySteps, limits } from './plans/scaling';
import { head, training } from './plans/training';
import { FULL_SIZES, NETWORKS, QUICK_SIZES } from './sizes';

/** The table to read. */
export interface Csv {
	readonly file: string;
	readonly rows: number;
	/** Whether its pixels are random. */
	readonly drawn: boolean;
}

/** Plans the groups of a run; `quick` only proves that everything runs. */
export function planGroups({ quick, csv }: { quick: boolean; csv: Csv }): Group[] {
	const sizes = quick ? QUICK_SIZES : FULL_SIZES;
	const networks = Object.keys(NETWORKS);
	return [
		...networks.map((network) => training(network, false, sizes)),
		...networks.map((network) => training(network, true, sizes)),
		head('efficientnet-lite0', sizes),
		...networks.map((network) => prediction(network, sizes)),
		augmentation(sizes),
		reading(csv),
		byBatchSize(sizes),
		byImageSize(sizes),
		bySteps(sizes),
		limits(sizes),
	];
}
