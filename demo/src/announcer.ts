/** Seconds between two announcements: a screen reader must come to their end. */
const PAUSE = 4;
/** Seconds for which something must be so before it is said: what passes is not worth a word. */
const STEADY = 0.8;

/** Says what has changed, now and then. */
export class Announcer {
	private readonly say: (text: string) => void;
	private said = '';
	private saidAt = Number.NEGATIVE_INFINITY;
	private candidate = '';
	private candidateSince = 0;

	/** @param say Puts a text where a screen reader takes it up. */
	constructor(say: (text: string) => void) {
		this.say = say;
	}

	/**
	 * Offers what is so now; it is said if it has been so for a while, is new, and the last announcement is long enough ago.
	 * @param key What must differ for it to be news.
	 * @param text What is said.
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
