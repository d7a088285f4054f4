import type { Callback } from './callback';

/** Stops a training at the first loss that is not a finite number, before it can reach a checkpoint. */
export function nanGuard(): Callback {
	return {
		onStepEnd({ epoch, step, loss, learningRate }) {
			if (Number.isFinite(loss)) return;
			throw new RangeError(
				`Expected a finite loss but received ${loss} at step ${step} of epoch ${epoch} ` +
					`(learning rate ${learningRate.toPrecision(2)}). The last checkpoint is intact: ` +
					'lower the learning rate or the gradient norm limit and start again.',
			);
		},
	};
}
