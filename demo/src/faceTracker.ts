import type { Box } from '../../lib/data/rawImage.js';
import type { AttentionMap } from '../../lib/evaluation/attention/attentionMap.js';
import { matchBoxes } from '../../lib/photos/matchBoxes.js';
import { approach, approachBox } from './smoothing.js';
import type { FaceReading } from './worker/faceReader.js';

/** A face as shown: it keeps its number, and its box and probabilities change smoothly. */
export interface TrackedFace {
	/** From 1. */
	readonly number: number;
	/** In fractions of the picture's width and height. */
	readonly box: Box;
	readonly probabilities: Readonly<Record<string, number>>;
	/** The most likely class of the probabilities shown. */
	readonly emotion: string;
	readonly attention?: AttentionMap;
	/** Whether it is in the last picture; if not, it was lost a moment ago. */
	readonly isFound: boolean;
}

interface Track {
	readonly number: number;
	reading: FaceReading;
	/** Time in seconds at which it was lost; undefined while it is found. */
	lostAt?: number;
	box: Box;
	probabilities: Record<string, number>;
}

/** Time constants of smoothing in seconds: boxes stay close to the picture, bars slow enough to be read. */
const FOLLOWS = { box: 0.08, probabilities: 0.25 };

/** Seconds after which a lost face is removed: detectors miss single frames. */
const FORGOTTEN = 0.6;

/** Smallest overlap (intersection over union) of the same face in consecutive pictures. */
const SAME_FACE = 0.2;

/** Tracks faces from picture to picture, and smooths what is shown. */
export class FaceTracker {
	private readonly isLive: boolean;
	private readonly reusesNumbers: boolean;
	private highest = 0;
	private tracks: Track[] = [];
	private shown = 0;

	/**
	 * @param options.isLive Whether a face may be lost for a moment, as in a video.
	 * @param options.reusesNumbers Whether a new face gets the number of one that is gone. Default true; false for lists of
	 * all faces of a video.
	 */
	constructor({ isLive, reusesNumbers = true }: { readonly isLive: boolean; readonly reusesNumbers?: boolean }) {
		this.isLive = isLive;
		this.reusesNumbers = reusesNumbers;
	}

	/** Adds the faces of a picture. @param now Seconds. */
	update(readings: readonly FaceReading[], now: number): void {
		const before = this.tracks.map(({ reading }) => reading.box);
		const found = readings.map(({ box }) => box);
		const partners = matchBoxes(before, found, SAME_FACE);
		const known = new Map<Track, FaceReading>();
		for (const [i, partner] of partners.entries()) {
			if (partner !== undefined) known.set(this.tracks[partner], readings[i]);
		}
		if (!this.isLive) this.tracks = this.tracks.filter((track) => known.has(track));
		for (const track of this.tracks) {
			const reading = known.get(track);
			track.reading = reading ?? track.reading;
			track.lostAt = reading ? undefined : (track.lostAt ?? now);
		}
		const others = readings.filter((_, i) => partners[i] === undefined);
		// New faces are numbered from left to right.
		for (const reading of others.sort((a, b) => a.box.left - b.box.left)) this.tracks.push(this.begin(reading));
		this.tracks.sort((a, b) => a.number - b.number);
	}

	/** Advances what is shown to a time. @param now Seconds. */
	advance(now: number): void {
		const elapsed = Math.max(0, now - this.shown);
		this.shown = now;
		this.tracks = this.tracks.filter(({ lostAt = now }) => now - lostAt < FORGOTTEN);
		for (const track of this.tracks) {
			const { reading, box, probabilities } = track;
			track.box = approachBox(box, reading.box, elapsed, FOLLOWS.box);
			for (const [name, target] of Object.entries(reading.probabilities)) {
				probabilities[name] = approach(probabilities[name], target, elapsed, FOLLOWS.probabilities);
			}
		}
	}

	/** The faces, by number. */
	get faces(): TrackedFace[] {
		return this.tracks.map(({ number, box, probabilities, lostAt, reading: { attention } }) => {
			const names = Object.keys(probabilities);
			const emotion = names.reduce((best, name) => (probabilities[name] > probabilities[best] ? name : best));
			const isFound = lostAt === undefined;
			return { number, box, probabilities: { ...probabilities }, emotion, attention, isFound };
		});
	}

	private begin(reading: FaceReading): Track {
		const taken = new Set(this.tracks.map(({ number }) => number));
		let number = this.reusesNumbers ? 1 : this.highest + 1;
		while (taken.has(number)) number++;
		this.highest = Math.max(this.highest, number);
		return { number, reading, box: reading.box, probabilities: { ...reading.probabilities } };
	}
}
