/** Seconds over which the rate is a mean. */
const WINDOW = 2;

/** Counts pictures, and measures how long each takes. */
export class FrameRate {
	private readonly frames: { readonly end: number; readonly took: number }[] = [];

	/** Counts a picture. @param began Seconds, as `end`. */
	count(began: number, end: number): void {
		this.frames.push({ end, took: end - began });
		// Two make a rate, however slow they are.
		while (this.frames.length > 2 && end - this.frames[0].end > WINDOW) this.frames.shift();
	}

	/** Pictures in a second; undefined before two of them. */
	get perSecond(): number | undefined {
		const { frames } = this;
		if (frames.length < 2) return undefined;
		return (frames.length - 1) / (frames[frames.length - 1].end - frames[0].end);
	}

	/** Mean milliseconds of work for one; undefined before the first. */
	get milliseconds(): number | undefined {
		const { frames } = this;
		if (frames.length === 0) return undefined;
		return (1000 * frames.reduce((sum, { took }) => sum + took, 0)) / frames.length;
	}

	/** Begins anew: another source or backend. */
	clear(): void {
		this.frames.length = 0;
	}
}
