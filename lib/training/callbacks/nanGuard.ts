import type { Callback } from './callback';

/** Stops a training at the first loss that is not finite. List it before `checkpointing`. */
export function nanGuard(): Callback {
	return {
		onStepEnd({ epoch, step, loss, learningRate }) {
			checkFinite('loss', loss, `step ${step} of epoch ${epoch}`, learningRate);
		},
		// The last step of an epoch can spoil the weights although its own loss was finite.
		onEpochEnd({ epoch, validationLoss, learningRate }) {
			checkFinite('validation loss', validationLoss, `the end of epoch ${epoch}`, learningRate);
		},
	};
}

function checkFinite(name: string, loss: number, where: string, learningRate: number): void {
	if (Number.isFinite(loss)) return;
	throw new RangeError(
		`Expected a finite ${name} but received ${loss} at ${where} (learning rate ${learningRate.toPrecision(2)}). ` +
			'The last checkpoint is intact: lower the learning rate or the gradient norm limit and start again.',
	);
}
