import { type OnProgress, ProgressMeter } from '../../progress';
import type { Callback } from './callback';

/**
 * Reports each step of a training: images/s, mean loss and accuracy of the epoch, time left.
 * @param name What is trained, for example `Phase 2`.
 */
export function progressReport(name: string, imagesPerEpoch: number, onProgress: OnProgress): Callback {
	let meter: ProgressMeter | undefined;
	let epoch = 0;
	return {
		onStepEnd({ epoch: current, step, images, loss, accuracy }, { epochs }) {
			if (current === epoch && meter) return void meter.add(images, { loss, accuracy });
			epoch = current;
			// The duration of an epoch's first step is unknown: it counts as done, but not in the rate.
			const done = step * images;
			const withLaterEpochs: OnProgress = (progress) => {
				const later = ((epochs - current) * imagesPerEpoch) / progress.itemsPerSecond;
				onProgress({ ...progress, secondsLeft: progress.secondsLeft + later });
			};
			meter = new ProgressMeter(`${name}, epoch ${current} of ${epochs}`, imagesPerEpoch, withLaterEpochs, done);
			meter.add(0, { loss, accuracy });
		},
	};
}
