import type { Callback } from './callback';

/**
 * Stops a training at the first loss that is not a finite number, before it can reach a checkpoint. It comes before
 * `checkpointing` in the list of callbacks.
 */
export function nanGuard(): Callback {
	return {
		onStepEnd({ epoch, step, loss, learningRate }) {
			if (!Number.isFinite(loss)) throw notFinite('loss', loss, `step ${step} of epoch ${epoch}`, learningRate);
		},
		// The last step of an epoch can spoil the weights when its own loss was still finite.
		onEpochEnd({ epoch, validationLoss, learningRate }) {
			if (Number.isFinite(validationLoss)) return;
			throw notFinite('validation loss', validationLoss, `the end of epoch ${epoch}`, learningRate);
		},
	};
}

function notFinite(what: string, received: number, where: string, learningRate: number): RangeError {
	return new RangeError(
		`Expected a finite ${what} but received ${received} at ${where} ` +
			`(learning rate ${learningRate.toPrecision(2)}). The last checkpoint is intact: ` +
			'lower the learning rate or the gradient norm limit and start again.',
	);
}
