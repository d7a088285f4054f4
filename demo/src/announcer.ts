/** Seconds between announcements, so that a screen reader can finish each. */
const PAUSE = 4;
/** Seconds for which a state must last before it is announced. */
const STEADY = 0.8;

/** Announces changes to screen readers, but not too often. */
export class Announcer {
	private readonly say: (text: string) => void;
	private said = '';
	private saidAt = Number.NEGATIVE_INFINITY;
	private candidate = '';
	private candidateSince = 0;

	/** @param say Writes a text where a screen reader reads it. */
	constructor(say: (text: string) => void) {
		this.say = say;
	}

	/**
	 * Offers the current state, which is announced if it is new, has lasted, and the last announcement is long enough ago.
	 * @param key Identifies the state.
	 * @param text Announcement.
	 * @param now Seconds.
	 */
	offer(key: string, text: string, now: number): void {
		if (key !== this.candidate) {
			this.candidate = key;
			this.candidateSince = now;
		}
		if (key === this.said || now - this.candidateSince < STEADY || now - this.saidAt < PAUSE) return;
		this.said = key;
		this.saidAt = now;
		this.say(text);
	}
}
