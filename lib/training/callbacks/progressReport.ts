import { type OnProgress, ProgressMeter } from '../../progress';
import type { Callback } from './callback';

/**
 * Reports each step of a training: images/s, mean loss and accuracy of the epoch, time left.
 * @param name What is being trained, for example `Phase 2`.
 * @param imagesPerEpoch Training images in an epoch.
 */
export function progressReport(name: string, imagesPerEpoch: number, onProgress: OnProgress): Callback {
	let meter: ProgressMeter | undefined;
	let epoch = 0;
	return {
		onStepEnd({ epoch: current, step, images, loss, accuracy }, { epochs }) {
			if (current !== epoch || !meter) {
				epoch = current;
				// This step's time is not known: it counts in the bar and not in the rate.
				const done = step * images;
				const withLaterEpochs: OnProgress = (progress) => {
					const later = ((epochs - current) * imagesPerEpoch) / progress.itemsPerSecond;
					onProgress({ ...progress, secondsLeft: progress.secondsLeft + later });
				};
				meter = new ProgressMeter(`${name}, epoch ${current} of ${epochs}`, imagesPerEpoch, withLaterEpochs, done);
				meter.add(0, { loss, accuracy });
			} else meter.add(images, { loss, accuracy });
		},
	};
}
