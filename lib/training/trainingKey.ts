import type { Config } from '../config';
import type { Dataset } from '../data/dataset';
import type { Backbone } from '../model/backbones/backbone';
import { isGroup } from '../profiles';

/** The settings and data that determine the weights of a training. Trainings with the same key are the same. */
export type TrainingKey = Readonly<Record<string, unknown>>;

/** The parts of a run that enter its keys. */
interface KeySource {
	readonly config: Config;
	readonly dataset: Pick<Dataset, 'fingerprint'>;
	readonly backbone: Pick<Backbone, 'name'>;
	readonly teachers: readonly { readonly weights: string }[];
	readonly votes?: { readonly fingerprint: string };
}

/** Returns the key of phase 1. */
export function phase1Key({ config, dataset, backbone }: Omit<KeySource, 'teachers'>) {
	const { seed, protocol, validationFraction, keepCopiesTogether, weights, imageSize, phase1 } = config;
	const splitting = { seed, protocol, validationFraction, keepCopiesTogether };
	return { data: dataset.fingerprint, backbone: backbone.name, weights, ...splitting, imageSize, phase1 };
}

/** Returns the key of phase 2. Options that are off are left out, so that older trainings without them compare equal. */
export function phase2Key(run: KeySource) {
	const { distillation, ferPlus } = run.config;
	const { imbalance, plainEpochs, ...phase2 } = run.config.phase2;
	// By their weights: a run has another name once it is published.
	const teachers = run.teachers.map(({ weights }) => weights);
	return {
		...phase1Key(run),
		phase2,
		plainEpochs: plainEpochs || undefined,
		imbalance: imbalance.method === 'none' ? undefined : imbalance,
		distillation: teachers.length > 0 ? { ...distillation, teachers } : undefined,
		ferPlus: run.votes && { ...ferPlus, votes: run.votes.fingerprint },
	};
}

/** Lists the fields in which two keys differ, with both values; at most five. */
export function differencesOf(stored: unknown, current: unknown, path = ''): string[] {
	const [before, now] = [stored, current].map((value) => JSON.stringify(value));
	if (before === now) return [];
	if (!isGroup(stored) || !isGroup(current)) return [`${path} was ${before} and is ${now}`];
	const names = [...new Set([...Object.keys(stored), ...Object.keys(current)])];
	const within = (name: string) => differencesOf(stored[name], current[name], path ? `${path}.${name}` : name);
	return names.flatMap(within).slice(0, 5);
}
