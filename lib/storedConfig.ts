import type { Config, Protocol } from './config';
import { FULL, mergeSettings } from './profiles';

/** Returns the current name of a stored protocol: `seed` became `holdout`. */
export const readProtocol = (stored: unknown) => (stored === 'seed' ? 'holdout' : stored) as Protocol;

/**
 * Reads a config stored by this or an older version: updates names, and adds settings introduced since. Ranges are not
 * checked, so that every finished run remains readable.
 * @returns The config, and a note on the names that changed; empty if none did.
 */
export function readConfig(stored: object): { config: Config; note: string } {
	const { weightsPath, ...settings } = stored as Partial<Config> & { weightsPath?: string };
	// Older versions had no vote head, and an empty path meant the publisher's weights.
	const older = { ...FULL, weights: weightsPath || 'imagenet', ferPlus: { lossWeight: 0 } };
	const config = mergeSettings(older, settings) as Config;
	const protocol = readProtocol(config.protocol);
	const stale = config.distillation.teachers;
	const teachers = stale.map((name) => name.replace(/^models\/seed(-distilled)?$/, 'models/holdout$1'));
	const names = [protocol, ...teachers];
	const notes = [config.protocol, ...stale].map(
		(old, i) => old !== names[i] && `The stored name ${old} is ${names[i]} now.`,
	);
	const note = notes.filter(Boolean).join(' ');
	return { config: { ...config, protocol, distillation: { ...config.distillation, teachers } }, note };
}
