/** Where in one image a network found evidence for a class. */
export interface AttentionMap {
	/** `[height, width]`, row-major, 0 to 1; all 0 if nothing supports the class. */
	readonly values: ArrayLike<number>;
	/** Size of the layer explained: enlarge the map to lay it over the image. */
	readonly height: number;
	readonly width: number;
}
