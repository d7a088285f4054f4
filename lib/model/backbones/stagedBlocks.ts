/** A block of a network whose stages each repeat a block. */
export interface StagedBlock<Stage> {
	readonly stage: Stage;
	/** Position of the stage in the network, from 0. */
	readonly stageIndex: number;
	/** Position of the block in its stage, from 0. */
	readonly position: number;
	/** Position of the block in the network, from 0. */
	readonly index: number;
	/** Stochastic depth rate of the block: 0 for the first, the network's rate for the last, linear between. */
	readonly rate: number;
}

/**
 * Lists the blocks of a network in order.
 * @param stages Stages whose first element is the number of blocks.
 * @param stochasticDepthRate As in `Backbone.build`.
 */
export function stagedBlocks<Stage extends readonly [blocks: number, ...unknown[]]>(
	stages: readonly Stage[],
	stochasticDepthRate: number,
): StagedBlock<Stage>[] {
	const blocks = stages.flatMap((stage, stageIndex) =>
		Array.from({ length: stage[0] }, (_, position) => ({ stage, stageIndex, position })),
	);
	return blocks.map((block, index) => ({ ...block, index, rate: (stochasticDepthRate * index) / (blocks.length - 1) }));
}
