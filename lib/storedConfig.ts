import type { Config, Protocol } from './config';
import { FULL, mergeSettings } from './profiles';

/** Returns the current name of a stored protocol: `seed` became `holdout`. */
export const readProtocol = (stored: unknown) => (stored === 'seed' ? 'holdout' : stored) as Protocol;

const readTeacher = (stored: string) => stored.replace(/^models\/seed(-distilled)?$/, 'models/holdout$1');

/**
 * Reads a config stored by this or an older version: updates names, and adds settings introduced since.
 * @param stored As in `metrics.json`. Ranges are not checked, so that every finished run remains readable.
 * @returns The config, and a note on the names that changed; empty if none did.
 */
export function readConfig(stored: object): { config: Config; note: string } {
	const { weightsPath, ...settings } = stored as Partial<Config> & { weightsPath?: string };
	// Older versions learnt no votes, and took an empty path for the publisher's weights.
	const older = { ...FULL, weights: weightsPath || 'imagenet', ferPlus: { lossWeight: 0 } };
	const config = mergeSettings(older, settings) as Config;
	const [protocol, teachers] = [readProtocol(config.protocol), config.distillation.teachers.map(readTeacher)];
	const names = [protocol, ...teachers];
	const notes = [config.protocol, ...config.distillation.teachers].flatMap((name, i) =>
		name === names[i] ? [] : `The stored name ${name} is ${names[i]} now.`,
	);
	return { config: { ...config, protocol, distillation: { ...config.distillation, teachers } }, note: notes.join(' ') };
}

/** Returns stored metrics with current names and settings; see `readConfig`. */
export function readStored<M extends { readonly protocol: Protocol; readonly config: Config }>(metrics: M): M {
	return { ...metrics, protocol: readProtocol(metrics.protocol), config: readConfig(metrics.config).config };
}
