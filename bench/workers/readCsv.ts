import { readFer2013 } from '../../lib/data/readers/fer2013';
import { secondsOf, serve } from './protocol';

// fer2013.csv to pixels and labels, without the cache, in a new process each time for its peak memory.
void serve(async ({ file }) => ({
	info: { versions: { node: process.versions.node } },
	repeat: async () => ({ figures: { seconds: await secondsOf(() => readFer2013(file)) } }),
}));
