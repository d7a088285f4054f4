/** Where a network looked in one image: `[height, width]` in row-major order, 0 to 1. */
export interface AttentionMap {
	readonly values: ArrayLike<number>;
	readonly height: number;
	readonly width: number;
}

/** Where a network looked. */
export interface AttentionMaps {
	/** `[images, height, width]` in row-major order; each map from 0 to 1, and 0 throughout where nothing spoke for the class. */
	readonly values: Float32Array;
	/** Side of the maps, that of the last features: enlarge them to lay them over an image. */
	readonly height: number;
	readonly width: number;
}
