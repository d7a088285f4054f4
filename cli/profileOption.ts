import { Option } from 'commander';
import { PROFILES } from '../lib/profiles';

const names = Object.keys(PROFILES);

/** The names of the profiles as a list in a sentence. */
export const PROFILE_NAMES = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;

/** The option that chooses a profile, of every command that trains or shows settings. */
export const profileOption = (standard: keyof typeof PROFILES): Option =>
	new Option('--profile <name>', `settings to start from: ${PROFILE_NAMES}`).default(standard);
