// @ts-check
import { readFer2013 } from '../../dist/lib/data/readers/readFer2013.js';
import { secondsOf, serve } from './protocol.mjs';

/**
 * fer2013.csv to pixels and labels, without the cache. Starts anew for each repetition, for its peak of memory.
 * @typedef {{file: string}} Options
 */
await serve(async (/** @type {Options} */ { file }) => ({
	info: { versions: { node: process.versions.node } },
	repeat: async () => ({ figures: { seconds: await secondsOf(() => readFer2013(file)) } }),
}));
