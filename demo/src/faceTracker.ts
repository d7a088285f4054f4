import type { Box } from '../../lib/data/rawImage.js';
import type { Emotion } from '../../lib/emotions.js';
import { EMOTIONS } from '../../lib/emotions.js';
import type { AttentionMap } from '../../lib/evaluation/attention/attentionMap.js';
import { approach, approachBox } from './smoothing.js';
import type { FaceReading } from './worker/faceReader.js';

/** A face as it is shown: it keeps its number, and what is shown of it moves softly. */
export interface TrackedFace {
	/** From 1. */
	readonly number: number;
	/** In parts of the picture's width and height. */
	readonly box: Box;
	readonly probabilities: Readonly<Record<Emotion, number>>;
	/** The most likely emotion of those shown. */
	readonly emotion: Emotion;
	readonly attention?: AttentionMap;
}

interface Track {
	readonly number: number;
	reading: FaceReading;
	/** Since when it has not been found, in seconds; undefined while it is. */
	lostAt?: number;
	box: Box;
	probabilities: Record<Emotion, number>;
}

/** Seconds in which what is shown follows what is read: boxes close to the picture, bars slow enough to be read. */
const FOLLOWS = { box: 0.08, probabilities: 0.25 };

/** Seconds after which a face that is no longer found is gone: detectors blink. */
const FORGOTTEN = 0.6;

/** Boxes of the same face in two pictures share at least so much of their common area. */
const SAME_FACE = 0.2;

/** Tells faces from picture to picture apart, and smooths what is shown of them. */
export class FaceTracker {
	private readonly isLive: boolean;
	private tracks: Track[] = [];
	private shown = 0;

	/** @param options.isLive Whether a face may be lost from sight for a moment: not in a photo. */
	constructor({ isLive }: { readonly isLive: boolean }) {
		this.isLive = isLive;
	}

	/** Takes in what was read. @param now Seconds. */
	update(readings: readonly FaceReading[], now: number): void {
		const known = pairs(this.tracks, readings);
		if (!this.isLive) this.tracks = this.tracks.filter((track) => known.has(track));
		for (const track of this.tracks) {
			const reading = known.get(track);
			track.reading = reading ?? track.reading;
			track.lostAt = reading ? undefined : (track.lostAt ?? now);
		}
		const found = new Set(known.values());
		const others = readings.filter((reading) => !found.has(reading));
		// Numbers go from left to right.
		for (const reading of others.sort((a, b) => a.box.left - b.box.left)) this.tracks.push(this.begin(reading));
		this.tracks.sort((a, b) => a.number - b.number);
	}

	/** Lets what is shown go on to a time. @param now Seconds. */
	advance(now: number): void {
		const elapsed = Math.max(0, now - this.shown);
		this.shown = now;
		this.tracks = this.tracks.filter(({ lostAt = now }) => now - lostAt < FORGOTTEN);
		for (const track of this.tracks) {
			const { reading, box, probabilities } = track;
			track.box = approachBox(box, reading.box, elapsed, FOLLOWS.box);
			for (const name of EMOTIONS) {
				const target = reading.probabilities[name];
				probabilities[name] = approach(probabilities[name], target, elapsed, FOLLOWS.probabilities);
			}
		}
	}

	/** The faces, by number. */
	get faces(): TrackedFace[] {
		return this.tracks.map(({ number, box, probabilities, reading: { attention } }) => {
			const emotion = EMOTIONS.reduce((best, name) => (probabilities[name] > probabilities[best] ? name : best));
			return { number, box, probabilities: { ...probabilities }, emotion, attention };
		});
	}

	private begin(reading: FaceReading): Track {
		const taken = new Set(this.tracks.map(({ number }) => number));
		let number = 1;
		while (taken.has(number)) number++;
		return { number, reading, box: reading.box, probabilities: { ...reading.probabilities } };
	}
}

/** Which faces of two pictures are the same: those that overlap most are joined first. */
function pairs(tracks: readonly Track[], readings: readonly FaceReading[]): Map<Track, FaceReading> {
	const all = tracks.flatMap((track) =>
		readings.map((reading) => ({ track, reading, overlap: overlapOf(track.reading.box, reading.box) })),
	);
	all.sort((a, b) => b.overlap - a.overlap);
	const joined = new Map<Track, FaceReading>();
	const taken = new Set<FaceReading>();
	for (const { track, reading, overlap } of all) {
		if (overlap < SAME_FACE || joined.has(track) || taken.has(reading)) continue;
		joined.set(track, reading);
		taken.add(reading);
	}
	return joined;
}

/** How much of the area that two boxes cover together both cover, 0 to 1. */
export function overlapOf(a: Box, b: Box): number {
	const across = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
	const down = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
	const shared = Math.max(0, across) * Math.max(0, down);
	return shared / (a.width * a.height + b.width * b.height - shared);
}
