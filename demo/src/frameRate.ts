/** Seconds over which the rate is averaged. */
const WINDOW = 2;

/** Measures frames per second and the time of each. */
export class FrameRate {
	private readonly frames: { readonly end: number; readonly took: number }[] = [];

	/** Adds a frame. @param began Start in seconds. @param end End in seconds. */
	count(began: number, end: number): void {
		this.frames.push({ end, took: end - began });
		// A rate needs two frames, however slow they are.
		while (this.frames.length > 2 && end - this.frames[0].end > WINDOW) this.frames.shift();
	}

	/** Frames per second; undefined before the second frame. */
	get perSecond(): number | undefined {
		const { frames } = this;
		if (frames.length < 2) return undefined;
		return (frames.length - 1) / (frames[frames.length - 1].end - frames[0].end);
	}

	/** Mean time of a frame in milliseconds; undefined before the first. */
	get milliseconds(): number | undefined {
		const { frames } = this;
		if (frames.length === 0) return undefined;
		return (1000 * frames.reduce((sum, { took }) => sum + took, 0)) / frames.length;
	}

	/** Restarts the measurement, for another source or backend. */
	clear(): void {
		this.frames.length = 0;
	}
}
