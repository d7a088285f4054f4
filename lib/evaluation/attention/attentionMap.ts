/** Where a network looked in one image: `[height, width]` in row-major order, 0 to 1. */
export interface AttentionMap {
	readonly values: ArrayLike<number>;
	readonly height: number;
	readonly width: number;
}
